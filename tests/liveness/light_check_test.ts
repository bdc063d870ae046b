import assert from "node:assert/strict";
import {
  type Instrument,
  instruments,
  livePerson,
} from "../attacks/instruments.ts";
import { readLitPeople } from "../attacks/lit_people.ts";
import { createCamera } from "../attacks/simulated_camera.ts";
import { decodePhoto } from "../../lib/image/decode.ts";
import {
  createFaceMeshes,
  type FaceMesh,
} from "../../lib/liveness/face_mesh.ts";
import { headPose } from "../../lib/liveness/head_pose.ts";
import { checkLight, lightLimits } from "../../lib/liveness/light_check.ts";
import { sampleLight } from "../../lib/liveness/light_sample.ts";
import { drawLightSequence } from "../../lib/liveness/light_sequence.ts";
import { valuesAt } from "../../lib/liveness/track.ts";
import { randomNumbers } from "../random_numbers.ts";

const people = await readLitPeople("tests/photos/light");
const meshes = await createFaceMeshes();
/** About where the faces of the frames lie. */
const box = { x: 60, y: 70, width: 200, height: 230 };
/** How late the camera is, ms. */
const delayMs = 90;

/** What ten frames a second of an instrument show of the light. */
async function weigh(
  instrument: Instrument,
  who: number,
  share: number,
  seed: number,
) {
  const random = randomNumbers(seed);
  const draw = (below: number) => Math.floor(random() * below);
  const sequence = drawLightSequence(draw, "usual");
  const other = drawLightSequence(draw, "usual");
  const scene = { person: people[who]!, other: people[(who + 1) % 4]!, share };
  const camera = createCamera(0.012, random);
  let mesh: FaceMesh | null = null;
  const frames = [];
  for (let i = 0; i < 40; i++) {
    const atMs = i * 100 + 30 * random();
    const jpeg = await camera.take(
      await instrument.light(scene, {
        straight: scene.person.straight[Math.floor(i / 3) % 4]!,
        color: valuesAt(sequence, atMs - delayMs),
        otherColor: valuesAt(other, atMs - delayMs),
        yawDeg: 0,
        otherYawDeg: 0,
      }),
    );
    const photo = await decodePhoto(jpeg);
    mesh = await meshes.find(photo, mesh ?? box);
    const pose = headPose(mesh);
    const { width, height } = photo;
    const sample = sampleLight(photo, pose);
    frames.push({ atMs, pose, sample, width, height });
  }
  const { light: evidence, reason } = checkLight(frames, sequence);
  return { evidence, reason, frames, sequence };
}

Deno.test("the light speaks for all four people, dark and fair, where the screen gives a tenth of the light and where it gives half", async () => {
  for (const [who, { name }] of people.entries()) {
    for (const share of [0.1, 1]) {
      const { evidence, reason } = await weigh(
        livePerson,
        who,
        share,
        who + 3,
      );
      const said = `${name} ${share} ${JSON.stringify(evidence)}`;
      assert.equal(reason, null, said);
      assert.ok(Math.abs(evidence.delayMs - delayMs) <= 40, said);
    }
  }
});

Deno.test("the light speaks against prints, replays and tints, each for its own reason", async () => {
  const expected: [string, string[]][] = [
    ["print, bent, cut out", ["flat"]],
    ["recording, head tinted", ["flat"]],
    ["recording, face tinted", ["flat", "only-the-face"]],
    ["recording of another sequence", ["other-light"]],
    ["recording without light", ["too-bright"]],
    ["screen replay without light", ["flat", "too-bright", "other-light"]],
  ];
  for (const [i, [kind, reasons]] of expected.entries()) {
    const instrument = instruments.find((each) => each.kind === kind)!;
    const { evidence, reason } = await weigh(instrument, i % 4, 1, 20 + i);
    assert.ok(
      reason !== null && reasons.includes(reason.kind),
      `${kind}: ${JSON.stringify(reason)} ${JSON.stringify(evidence)}`,
    );
  }
});

Deno.test("too few frames and overexposed ones are told apart, and nothing is concluded from them", async () => {
  const { frames, sequence } = await weigh(livePerson, 0, 0.5, 5);
  const judge = (some: typeof frames) =>
    checkLight(some, sequence).reason?.kind;
  const few = frames.slice(0, lightLimits.fewestFrames - 1);
  assert.equal(judge(few), "too-few-frames");
  assert.equal(judge([]), "too-few-frames");
  const white = frames.map((frame) => ({
    ...frame,
    sample: { ...frame.sample, face: frame.sample.face.map(() => NaN) },
  }));
  assert.equal(judge(white), "overexposed");
});

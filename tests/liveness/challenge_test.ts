import assert from "node:assert/strict";
import { createLandmarkFinder } from "../../lib/detect/landmark_finder.ts";
import { createSsdDetector } from "../../lib/detect/ssd_detector.ts";
import { decodePhoto } from "../../lib/image/decode.ts";
import type { Photo } from "../../lib/image/photo.ts";
import {
  type Action,
  actions,
  advance,
  type Challenge,
  evidenceOf,
  type SeenFace,
  type SeenFrame,
  startChallenge,
} from "../../lib/liveness/challenge.ts";
import { gatherEvidence } from "../../lib/liveness/evidence.ts";
import {
  type FaceMeasures,
  measureFace,
} from "../../lib/liveness/frame_measures.ts";
import { holdPicture } from "../../lib/liveness/held_picture.ts";
import { euclideanDistance } from "../../lib/match/distance.ts";
import { startBackend } from "../../lib/engine/tensors/backend.ts";
import { numTensors } from "../tensor_balance.ts";

const limits = {
  timeLimitMs: 30_000,
  samePersonDistance: 0.5,
  distance: euclideanDistance,
  passiveFloors: null,
};
const vector = new Float32Array([1, 0, 0]);
const straight: FaceMeasures = {
  noseOffset: 0,
  eyeContrast: 0.55,
  mouthOpenness: 0.1,
};
const doing: Record<Action, FaceMeasures[]> = {
  "turn-left": [{ ...straight, noseOffset: 0.08 }, {
    ...straight,
    noseOffset: 0.15,
  }],
  "turn-right": [{ ...straight, noseOffset: -0.08 }, {
    ...straight,
    noseOffset: -0.15,
  }],
  blink: [{ ...straight, eyeContrast: 0.4 }],
  "mouth-open": [{ ...straight, mouthOpenness: 0.5 }],
};

function run(wanted: Action[], measures: FaceMeasures[]): Challenge {
  const frames = measures.map((face, i): SeenFrame => ({
    atMs: i * 500,
    faces: [{ ...face, vector }],
  }));
  return frames.reduce(advance, startChallenge(wanted, 0, limits));
}

const pairs = actions.flatMap((first) =>
  actions.filter((second) => second !== first).map((
    second,
  ): [Action, Action] => [first, second])
);

Deno.test({
  name:
    "advance() passes every pair of actions done in order, and no pair in the other order",
  fn() {
    for (const [first, second] of pairs) {
      const play = [
        straight,
        straight,
        ...doing[first],
        straight,
        ...doing[second],
        straight,
      ];
      assert.equal(run([first, second], play).verdict, "passed");
      assert.notEqual(run([second, first], play).verdict, "passed");
    }
  },
});

Deno.test({
  name: "advance() refuses a turn that jumps, as when two pictures are swapped",
  fn() {
    const play = [straight, straight, doing["turn-left"][1]!];
    assert.equal(run(["turn-left", "blink"], play).verdict, "jumped");
  },
});

Deno.test({
  name:
    "advance() refuses no face, two faces, another person and a late frame, each with its reason, at every step",
  fn() {
    const play = [straight, straight, ...doing["mouth-open"], straight];
    const other = { ...straight, vector: new Float32Array([0, 1, 0]) };
    const damaged = { ...straight, vector: new Float32Array([NaN, 0, 0]) };
    const self = { ...straight, vector };
    for (let steps = 1; steps <= play.length; steps++) {
      const state = run(["mouth-open", "turn-left"], play.slice(0, steps));
      const after = (faces: SeenFrame["faces"], atMs = 9000) =>
        advance(state, { atMs, faces }).verdict;
      assert.equal(after([]), "no-face");
      assert.equal(after([self, self]), "several-faces");
      assert.equal(after([other]), "another-person");
      assert.equal(after([damaged]), "another-person");
      assert.equal(after([self], 30_001), "too-late");
    }
  },
});

Deno.test({
  name:
    "evidenceOf() is the mean of the straight frames, at the start and at each return, and of nothing else",
  fn() {
    const at = (x: number, face: FaceMeasures): SeenFace => ({
      ...face,
      vector: new Float32Array([1 + x, 0.5, 0]),
      passive: { antispoof: 0.5 + x, liveness: 0.6 },
    });
    const acting = [...doing["mouth-open"], ...doing["turn-left"]];
    const [mouth, onItsWay, turned] = acting as [
      FaceMeasures,
      FaceMeasures,
      FaceMeasures,
    ];
    const play = [
      at(0.3, { ...straight, noseOffset: 0.09 }),
      at(0.1, straight),
      at(0.2, straight),
      at(0.3, mouth),
      at(0, straight),
      at(0.3, onItsWay),
      at(0.3, turned),
      at(0.1, straight),
    ];
    const end = play.map((face, i): SeenFrame => ({ atMs: i, faces: [face] }))
      .reduce(advance, startChallenge(["mouth-open", "turn-left"], 0, limits));
    assert.equal(end.verdict, "passed");
    const { vector: mean, frames, passive } = evidenceOf(end)!;
    assert.equal(frames, 4);
    assert.ok(euclideanDistance(mean, [1.1, 0.5, 0]) < 1e-6);
    assert.ok(Math.abs(passive!.antispoof - 0.6) < 1e-6);
  },
});

Deno.test({
  name:
    "gatherEvidence() keeps unit vectors on the unit sphere, and is the plain mean of others",
  fn() {
    const [x, y] = [new Float32Array([1, 0]), new Float32Array([0, 1])];
    const half = Math.SQRT1_2;
    const onSphere = gatherEvidence([{ vector: x }, { vector: y }]).vector;
    assert.ok(euclideanDistance(onSphere, [half, half]) < 1e-6);
    const longer = y.map((value) => value * 1.5);
    const plain = gatherEvidence([{ vector: x }, { vector: longer }]).vector;
    assert.ok(euclideanDistance(plain, [0.5, 0.75]) < 1e-6);
  },
});

Deno.test({
  name:
    "advance() refuses who acts when another looked straight, though a first frame between the two resembles both",
  fn() {
    const as = (face: FaceMeasures, x: number): SeenFace => ({
      ...face,
      vector: new Float32Array([x, 1, 0]),
    });
    const faces = [
      as({ ...straight, noseOffset: 0.09 }, 0.4),
      as(straight, 0),
      as(straight, 0),
      as(doing["mouth-open"][0]!, 0.8),
    ];
    const end = faces.map((face, i): SeenFrame => ({ atMs: i, faces: [face] }))
      .reduce(advance, startChallenge(["mouth-open", "blink"], 0, limits));
    assert.equal(end.verdict, "another-person");
  },
});

Deno.test({
  name:
    "advance() refuses a passed challenge whose mean passive score is under its floor, missing or no number",
  fn() {
    const floors = { antispoof: 0.3, liveness: 0.5 };
    const play = [
      straight,
      straight,
      ...doing["mouth-open"],
      straight,
      ...doing["turn-left"],
      straight,
    ];
    const verdict = (scores: (SeenFace["passive"])[]) =>
      play.map((face, i): SeenFrame => {
        const passive = scores[i % scores.length];
        return {
          atMs: i,
          faces: [{ ...face, vector, ...(passive && { passive }) }],
        };
      }).reduce(
        advance,
        startChallenge(["mouth-open", "turn-left"], 0, {
          ...limits,
          passiveFloors: floors,
        }),
      ).verdict;
    const live = { antispoof: 0.3, liveness: 0.5 };
    assert.equal(verdict([live]), "passed", "the floor itself is enough");
    const refused = [
      [{ ...live, antispoof: 0.29 }],
      [{ ...live, liveness: 0.49 }],
      [{ ...live, antispoof: NaN }],
      [undefined],
      [live, live, live, undefined],
    ];
    for (const scores of refused) {
      assert.equal(verdict(scores), "looks-like-a-picture");
    }
  },
});

const frames = new URL("../photos/liveness/", import.meta.url);

Deno.test({
  name:
    "a real frame held up, moved, tilted or bent never gets past the first action (live frames: tests/e2e/evaluate_liveness_test.ts)",
  async fn(t) {
    await startBackend();
    const before = numTensors();
    const detector = await createSsdDetector();
    const finder = await createLandmarkFinder();
    const measure = async (photo: Photo) => {
      const faces = await detector.detect(photo);
      assert.equal(faces.length, 1);
      return measureFace((await finder.find(photo, faces))[0]!, photo);
    };
    const photo = async (name: string) =>
      await decodePhoto(await Deno.readFile(new URL(`${name}.jpg`, frames)));
    for (const person of ["andrew", "dalila"]) {
      const still = await photo(`${person}/blink_00`);
      const held: Record<string, FaceMeasures[]> = {
        still: Array(8).fill(await measure(still)),
      };
      const motions = {
        moved: [0.1, -0.1].map((shift) => ({ shift, scale: 0.85 + shift })),
        rolled: [-15, 25].map((roll) => ({ roll })),
        yawed: [20, 40, -40].map((yaw) => ({ yaw })),
        pitched: [-20, -40].map((pitch) => ({ pitch })),
        bent: [20, 40, -40].map((yaw) => ({ yaw, bend: 45 })),
      };
      for (const [kind, holdings] of Object.entries(motions)) {
        held[kind] = [...held.still!.slice(0, 2)];
        for (const holding of holdings) {
          held[kind].push(await measure(holdPicture(still, holding)));
        }
      }
      for (const [kind, measures] of Object.entries(held)) {
        await t.step(`${person}'s picture ${kind} never passes`, () => {
          for (const pair of pairs) {
            const end = run(pair, [...measures, ...measures]);
            assert.notEqual(end.verdict, "passed", `${pair}`);
            assert.equal(end.done, 0, `${pair} got past its first action`);
          }
        });
      }
    }
    detector.dispose();
    finder.dispose();
    assert.equal(numTensors(), before);
  },
});

import { randomLcg } from "d3-random";
import type { LivePolicy } from "../../config.ts";
import type { Challenge } from "../../liveness/challenge.ts";
import { drawDotPath } from "../../liveness/dot_path.ts";
import { drawLightSequence } from "../../liveness/light_sequence.ts";
import { valuesAt } from "../../liveness/track.ts";
import { createPlayer, type FrameCost, type Networks } from "./frame_player.ts";
import {
  type Instrument,
  livePerson,
  type Moment,
  type Scene,
} from "./instruments.ts";
import type { LitPerson } from "./lit_people.ts";
import { endOf, type Try } from "./liveness_rows.ts";
import { createCamera } from "./simulated_camera.ts";

/** What an evaluation needs. */
interface LivenessOptions extends Networks {
  readonly people: readonly LitPerson[];
  readonly instruments: readonly Instrument[];
  /** The white screen's light on live faces over the room's: a row for each. */
  readonly shares: readonly number[];
  /** Of each row. */
  readonly tries: number;
  /** Adds up. */
  readonly cost: FrameCost;
  readonly onProgress?: (done: number, total: number) => void;
}

/** Attacks are tried at these shares in turn. */
const attackShares = [0.1, 0.3, 1, 2] as const;

/** Time between frames, how much it varies, and what a frame takes to the server, ms. */
const pace = { everyMs: 100, jitterMs: 30, travelMs: 80 };
/** A head follows the dot with this delay and to this angle at the edge. */
const follower = { delayMs: 300, turnDeg: 25 };
/** What the screen shows before the light begins. */
const grey = [0.2, 0.2, 0.2] as const;

/** Plays live people and attacks to the live check, frame by frame through a simulated camera. */
export async function evaluateLiveness(
  options: LivenessOptions,
): Promise<Try[]> {
  const { people, instruments, onProgress } = options;
  const plans = [
    ...options.shares.map((share) => [livePerson, [share]] as const),
    ...instruments.map((instrument) => [instrument, attackShares] as const),
  ];
  const tries: Try[] = [];
  for (const [row, [instrument, shares]] of plans.entries()) {
    for (let i = 0; i < options.tries; i++) {
      const scene: Scene = {
        person: people[i % people.length]!,
        other: people[(i + 1) % people.length]!,
        share: shares[Math.floor(i / people.length) % shares.length]!,
      };
      const random = randomLcg(row * 10_007 + i);
      // Neighbouring seeds begin alike.
      for (let skip = 0; skip < 3; skip++) random();
      tries.push(await tryOnce(instrument, scene, random, options));
      onProgress?.(tries.length, plans.length * options.tries);
    }
  }
  return tries;
}

async function tryOnce(
  instrument: Instrument,
  scene: Scene,
  random: () => number,
  options: LivenessOptions,
): Promise<Try> {
  const both = endOf(
    await play("light+motion", instrument, scene, random, options),
  );
  // Refused by the light, it never came to the dot.
  const { motion } = both.light === null
    ? both
    : endOf(await play("motion", instrument, scene, random, options));
  const { name: person, skin } = scene.person;
  const { kind } = instrument;
  const { share } = scene;
  const live = instrument === livePerson;
  return { kind, live, person, skin, share, ...both, motion };
}

/** Plays one challenge to its end. */
async function play(
  policy: LivePolicy,
  instrument: Instrument,
  scene: Scene,
  random: () => number,
  options: LivenessOptions,
): Promise<Challenge> {
  const draw = (below: number) => Math.floor(random() * below);
  const drawn = () => ({
    light: drawLightSequence(draw, "usual"),
    path: drawDotPath(draw, "usual"),
  });
  const [asked, other] = [drawn(), drawn()];
  const delayMs = 30 + 120 * random();
  const camera = createCamera(0.01 + 0.01 * random(), random);
  const terms = { policy, ...asked, timeLimitMs: 60_000 };
  const take = createPlayer(options, terms, options.cost, random);
  let stage: Challenge["stage"] = "straight";
  let stageBeganMs = 0;
  for (let i = 0, atMs = 0;; i++) {
    const shownMs = atMs - stageBeganMs;
    const moment = momentOf(scene, i, {
      asked,
      other,
      shownMs: shownMs - delayMs,
    });
    const picture = stage === "motion"
      ? await instrument.motion(scene, moment)
      : await instrument.light(scene, {
        ...moment,
        ...(stage === "straight" ? { color: grey, otherColor: grey } : {}),
      });
    const challenge = await take(await camera.take(picture), {
      atMs: atMs + pace.travelMs,
      workMs: 0,
      shownMs: stage === "straight" ? null : shownMs,
    });
    if (challenge.verdict !== "pending" || i === 300) return challenge;
    atMs += pace.everyMs + pace.jitterMs * random();
    if (challenge.stage !== stage) stageBeganMs = atMs + pace.travelMs;
    stage = challenge.stage;
  }
}

/** What the person and the screen do so long after a stage was begun. */
function momentOf(
  { person: { straight } }: Scene,
  frame: number,
  { asked, other, shownMs }: {
    asked: Pick<Challenge["terms"], "light" | "path">;
    other: Pick<Challenge["terms"], "light" | "path">;
    shownMs: number;
  },
): Moment {
  // The person sways to and fro over the straight frames, each seen for a fifth to a third of a second.
  const step = Math.floor(frame / 2.5) % (2 * straight.length);
  const yawDeg = ({ path }: typeof asked) =>
    -follower.turnDeg * valuesAt(path, shownMs - follower.delayMs)[0]!;
  return {
    straight: straight[Math.min(step, 2 * straight.length - 1 - step)]!,
    color: valuesAt(asked.light, shownMs),
    otherColor: valuesAt(other.light, shownMs),
    yawDeg: yawDeg(asked),
    otherYawDeg: yawDeg(other),
  };
}

import { randomLcg } from "d3-random";
import type { LivePolicy } from "../../lib/config.ts";
import { createPlayer, type FrameCost, type Networks } from "./frame_player.ts";
import { endOf, type Try } from "./liveness_rows.ts";
import type { Challenge } from "../../lib/liveness/challenge.ts";
import { drawDotPath } from "../../lib/liveness/dot_path.ts";
import {
  drawLightSequence,
  type Pace,
} from "../../lib/liveness/light_sequence.ts";
import { type Track, valuesAt } from "../../lib/liveness/track.ts";
import {
  type Instrument,
  livePerson,
  type Moment,
  type Scene,
} from "./instruments.ts";
import type { LitPerson } from "./lit_people.ts";
import { createCamera } from "./simulated_camera.ts";

/** What an evaluation needs. */
interface LivenessOptions extends Networks {
  readonly people: readonly LitPerson[];
  readonly instruments: readonly Instrument[];
  /** The white screen's light on live faces over the room's: a row for each. */
  readonly shares: readonly number[];
  /** Every row is played at each. */
  readonly paces: readonly Pace[];
  /** Of each row. */
  readonly tries: number;
  /** Adds up. */
  readonly cost: FrameCost;
  readonly onProgress?: (done: number, total: number) => void;
}

/** Attacks are tried at these shares in turn. */
const attackShares = [0.1, 0.3, 1, 2] as const;

/** Time between frames, how much it varies, and what a frame takes to the server, ms. */
const frameTimes = { everyMs: 100, jitterMs: 30, travelMs: 80 };
/** More than the longest challenge of the gentle pace has. */
const mostFrames = 1000;
/** How far a head turns for the way from the middle to the edge, degrees. */
const turnDeg = 25;
/** A head follows a dot that it sees so much later, ms. */
const seenLateMs = 300;
/** At the gentle pace a head turns by words said ahead of the dot, so much later, and takes so long for the way, ms. */
const spoken = {
  aheadMs: 700,
  lateMs: [500, 1500],
  turnMs: [300, 800],
} as const;
/** What the screen shows before the light begins. */
const grey = [0.2, 0.2, 0.2] as const;

/** Plays live people and attacks to the live check, frame by frame through a simulated camera. */
export async function evaluateLiveness(
  options: LivenessOptions,
): Promise<Try[]> {
  const { people, instruments, onProgress } = options;
  const plans = options.paces.flatMap((pace) => [
    ...options.shares.map((share) => ({
      pace,
      instrument: livePerson,
      shares: [share],
    })),
    ...instruments.map((instrument) => ({
      pace,
      instrument,
      shares: attackShares,
    })),
  ]);
  const tries: Try[] = [];
  for (const { pace, instrument, shares } of plans) {
    for (let i = 0; i < options.tries; i++) {
      const scene: PacedScene = {
        pace,
        person: people[i % people.length]!,
        other: people[(i + 1) % people.length]!,
        share: shares[Math.floor(i / people.length) % shares.length]!,
      };
      const seed = seedOf(`${pace} ${instrument.kind} ${scene.share}`) + i;
      const random = randomLcg(seed);
      // Neighbouring seeds begin alike.
      for (let skip = 0; skip < 3; skip++) random();
      tries.push(await tryOnce(instrument, scene, random, options));
      onProgress?.(tries.length, plans.length * options.tries);
    }
  }
  return tries;
}

/** A row is played alike with others and alone. */
function seedOf(row: string): number {
  let seed = 0;
  for (const letter of row) seed = (31 * seed + letter.charCodeAt(0)) % 1e9;
  return seed;
}

interface PacedScene extends Scene {
  readonly pace: Pace;
}

async function tryOnce(
  instrument: Instrument,
  scene: PacedScene,
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
  const { pace, share } = scene;
  const live = instrument === livePerson;
  return { kind, live, person, skin, share, pace, ...both, motion };
}

/** Plays one challenge to its end. */
async function play(
  policy: LivePolicy,
  instrument: Instrument,
  scene: PacedScene,
  random: () => number,
  options: LivenessOptions,
): Promise<Challenge> {
  const draw = (below: number) => Math.floor(random() * below);
  const { pace } = scene;
  const drawn = () => {
    const path = drawDotPath(draw, pace);
    const turnAt = pace === "gentle"
      ? spokenTurns(path, random)
      : seenTurns(path);
    return { light: drawLightSequence(draw, pace), path, turnAt };
  };
  const [asked, other] = [drawn(), drawn()];
  const delayMs = 30 + 120 * random();
  const camera = createCamera(0.01 + 0.01 * random(), random);
  const terms = { policy, ...asked, timeLimitMs: 90_000 };
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
      atMs: atMs + frameTimes.travelMs,
      workMs: 0,
      shownMs: stage === "straight" ? null : shownMs,
    });
    if (challenge.verdict !== "pending" || i === mostFrames) return challenge;
    atMs += frameTimes.everyMs + frameTimes.jitterMs * random();
    if (challenge.stage !== stage) stageBeganMs = atMs + frameTimes.travelMs;
    stage = challenge.stage;
  }
}

/** How a head is turned that follows a dot it sees, degrees. */
function seenTurns(path: Track): (atMs: number) => number {
  return (atMs) => -turnDeg * valuesAt(path, atMs - seenLateMs)[0]!;
}

/** How a head is turned that hears "left", "right" and "straight" of the page, asked in the order of time. */
function spokenTurns(
  path: Track,
  random: () => number,
): (atMs: number) => number {
  const between = ([least, most]: readonly [number, number]) =>
    least + (most - least) * random();
  const [lateMs, turnMs] = [between(spoken.lateMs), between(spoken.turnMs)];
  let [place, before] = [0, 0];
  return (atMs) => {
    const [said] = valuesAt(path, atMs + spoken.aheadMs - lateMs);
    const most = Math.max(0, atMs - before) / turnMs;
    before = atMs;
    const way = (Math.abs(said!) > 0.5 ? Math.sign(said!) : 0) - place;
    place += Math.min(most, Math.max(-most, way));
    return -turnDeg * place;
  };
}

/** What the screen shows, and how a head that follows its dot is turned. */
interface Asked extends Pick<Challenge["terms"], "light" | "path"> {
  readonly turnAt: (atMs: number) => number;
}

/** What the person and the screen do so long after a stage was begun. */
function momentOf(
  { person: { straight } }: Scene,
  frame: number,
  { asked, other, shownMs }: { asked: Asked; other: Asked; shownMs: number },
): Moment {
  // The person sways to and fro over the straight frames, each seen for a fifth to a third of a second.
  const step = Math.floor(frame / 2.5) % (2 * straight.length);
  return {
    straight: straight[Math.min(step, 2 * straight.length - 1 - step)]!,
    color: valuesAt(asked.light, shownMs),
    otherColor: valuesAt(other.light, shownMs),
    yawDeg: asked.turnAt(shownMs),
    otherYawDeg: other.turnAt(shownMs),
  };
}

import { randomLcg } from "d3-random";
import type { LivePolicy } from "../../config.ts";
import {
  advance,
  type Challenge,
  type LiveReason,
  startChallenge,
} from "../../liveness/challenge.ts";
import { dotAt, drawDotPath } from "../../liveness/dot_path.ts";
import type { FaceMeshes } from "../../liveness/face_mesh.ts";
import { colorAt, drawLightSequence } from "../../liveness/light_sequence.ts";
import { createWatcher } from "../../liveness/watcher.ts";
import type { Recognizer } from "../../recognize/recognizer.ts";
import {
  type Instrument,
  livePerson,
  type Moment,
  type Scene,
} from "./instruments.ts";
import type { LitPerson } from "./lit_people.ts";
import { type Count, type Rate, rateOf } from "./rates.ts";
import { createCamera } from "./simulated_camera.ts";

/** One try: how it ended. */
export interface Try {
  readonly kind: string;
  readonly person: string;
  readonly skin: string;
  /** The white screen's light on the face over the room's; null where it was not composed. */
  readonly share: number | null;
  /** Null where it passed. */
  readonly light: LiveReason | null;
  readonly motion: LiveReason | null;
  /** What the light showed; null when the try ended before. */
  readonly evidence: Challenge["light"];
}

/** One row: tries of one kind. */
export interface LivenessRow {
  readonly kind: string;
  /** Null where it varies. */
  readonly share: number | null;
  /** Whether the tries are of live people. */
  readonly live: boolean;
  /** How many passed the light, the dot, and both, as the default policy asks. */
  readonly passedLight: Rate;
  readonly passedMotion: Rate;
  readonly passedBoth: Rate;
  /** BPCER or APCER of each person, with the skin's tone where it is known, under the default policy. */
  readonly byPerson: Readonly<Record<string, Count>>;
  /** Why tries did not pass, and how many. */
  readonly reasons: Readonly<Record<string, number>>;
}

/** What an evaluation needs. */
interface LivenessOptions {
  readonly people: readonly LitPerson[];
  readonly recognizer: Recognizer;
  readonly meshes: FaceMeshes;
  readonly instruments: readonly Instrument[];
  /** The white screen's light on live faces over the room's: a row for each. */
  readonly shares: readonly number[];
  /** Of each row. */
  readonly tries: number;
  readonly onProgress?: (done: number, total: number) => void;
}

/** Attacks are tried at these shares in turn. */
const attackShares = [0.1, 0.3, 1, 2] as const;

/** Time between frames, how much it varies, and what a frame takes to the server, ms. */
const pace = { everyMs: 100, jitterMs: 30, travelMs: 80 };
/** A head follows the dot with this delay and to this angle at the edge. */
const follower = { delayMs: 300, turnDeg: 25 };

/** Plays live people and attacks to the live check, frame by frame through a simulated camera. */
export async function evaluateLiveness(
  options: LivenessOptions,
): Promise<{ rows: LivenessRow[]; tries: Try[] }> {
  const { people, tries: count, onProgress } = options;
  const plans = [
    ...options.shares.map((share) => ({
      instrument: livePerson,
      shares: [share],
    })),
    ...options.instruments.map((instrument) => ({
      instrument,
      shares: attackShares,
    })),
  ];
  const rows: LivenessRow[] = [];
  const all: Try[] = [];
  let done = 0;
  for (const [row, plan] of plans.entries()) {
    const tries: Try[] = [];
    for (let i = 0; i < count; i++) {
      const scene: Scene = {
        person: people[i % people.length]!,
        other: people[(i + 1) % people.length]!,
        share: plan.shares[
          Math.floor(i / people.length) % plan.shares.length
        ]!,
      };
      const random = randomLcg(row * 10_007 + i);
      // Neighbouring seeds begin alike.
      for (let skip = 0; skip < 3; skip++) random();
      tries.push(await tryOnce(plan.instrument, scene, random, options));
      onProgress?.(++done, plans.length * count);
    }
    rows.push(summarise(tries, plan.instrument === livePerson));
    all.push(...tries);
  }
  return { rows, tries: all };
}

/** A row for each kind of recorded tries, live people first. */
export function rowsOf(
  tries: readonly Try[],
): { rows: LivenessRow[]; tries: readonly Try[] } {
  const kinds = [...new Set(["live", ...tries.map(({ kind }) => kind)])];
  const rows = kinds.flatMap((kind) => {
    const own = tries.filter((each) => each.kind === kind);
    return own.length === 0 ? [] : [summarise(own, kind === "live")];
  });
  return { rows, tries };
}

function summarise(tries: readonly Try[], live: boolean): LivenessRow {
  const passes = (each: Try) => each.light === null && each.motion === null;
  const called = ({ person, skin }: Try) =>
    skin === person ? person : `${person} (${skin})`;
  const people = [...Map.groupBy(tries, called)];
  const countOf = (some: readonly Try[], is: (each: Try) => boolean) => ({
    count: some.filter(is).length,
    of: some.length,
  });
  const rate = (is: (each: Try) => boolean) =>
    rateOf(people.map(([, own]) => countOf(own, is)));
  const reasons: Record<string, number> = {};
  for (const { light, motion } of tries) {
    const kind = (light ?? motion)?.kind;
    if (kind !== undefined) reasons[kind] = (reasons[kind] ?? 0) + 1;
  }
  return {
    kind: tries[0]!.kind,
    share: live ? tries[0]!.share : null,
    live,
    passedLight: rate(({ light }) => light === null),
    passedMotion: rate(({ motion }) => motion === null),
    passedBoth: rate(passes),
    byPerson: Object.fromEntries(people.map(([name, own]) => [
      name,
      countOf(own, (each) => passes(each) !== live),
    ])),
    reasons,
  };
}

async function tryOnce(
  instrument: Instrument,
  scene: Scene,
  random: () => number,
  options: LivenessOptions,
): Promise<Try> {
  const first = await play("light+motion", instrument, scene, random, options);
  const { name, skin } = scene.person;
  const verdict = reasonOf(first);
  const common = {
    kind: instrument.kind,
    person: name,
    skin,
    share: scene.share,
    evidence: first.light,
  };
  // The light was passed when the movements were looked at.
  if (verdict === null || first.turned.length > 0) {
    return { ...common, light: null, motion: verdict };
  }
  const second = await play("motion", instrument, scene, random, options);
  return { ...common, light: verdict, motion: reasonOf(second) };
}

function reasonOf({ verdict }: Challenge): LiveReason | null {
  if (verdict === "pending") return { kind: "too-late" };
  return verdict === "passed" ? null : verdict;
}

/** Plays one challenge to its end. */
async function play(
  policy: LivePolicy,
  instrument: Instrument,
  scene: Scene,
  random: () => number,
  { recognizer, meshes }: LivenessOptions,
): Promise<Challenge> {
  const draw = (below: number) => Math.floor(random() * below);
  const [light, path] = [
    drawLightSequence(draw, "usual"),
    drawDotPath(draw, "usual"),
  ];
  const other = {
    light: drawLightSequence(draw, "usual"),
    path: drawDotPath(draw, "usual"),
  };
  const delayMs = 30 + 120 * random();
  const camera = createCamera(0.01 + 0.01 * random(), random);
  const watcher = createWatcher(recognizer, meshes, random);
  let challenge = startChallenge({
    policy,
    light,
    path,
    timeLimitMs: 60_000,
    samePersonDistance: recognizer.defaultThreshold,
  }, 0);
  let stageBeganMs = 0;
  const { straight } = scene.person;
  for (let i = 0, atMs = 0; i < 300 && challenge.verdict === "pending"; i++) {
    const shownMs = atMs - stageBeganMs;
    const headMs = shownMs - delayMs - follower.delayMs;
    const { stage } = challenge;
    // The person sways to and fro over the straight frames, each seen for a fifth to a third second.
    const step = Math.floor(i / 2.5) % (2 * straight.length);
    const moment: Moment = {
      straight: straight[Math.min(step, 2 * straight.length - 1 - step)]!,
      color: colorAt(light, shownMs - delayMs),
      otherColor: colorAt(other.light, shownMs - delayMs),
      yawDeg: -follower.turnDeg * dotAt(path, headMs),
      otherYawDeg: -follower.turnDeg * dotAt(other.path, headMs),
    };
    const picture = stage === "motion"
      ? await instrument.motion(scene, moment)
      : await instrument.light(scene, {
        ...moment,
        ...(stage === "straight" ? { color: grey, otherColor: grey } : {}),
      });
    const photo = await camera.take(picture);
    const seen = await watcher.watch(photo, stage === "straight");
    const before = challenge.stage;
    challenge = advance(challenge, {
      atMs: atMs + pace.travelMs,
      shownMs: stage === "straight" ? null : shownMs,
      faces: seen.faces,
      face: seen.live,
      width: photo.width,
      height: photo.height,
    });
    atMs += pace.everyMs + pace.jitterMs * random();
    if (challenge.stage !== before) stageBeganMs = atMs + pace.travelMs;
  }
  return challenge;
}

/** What the screen shows before the light begins. */
const grey = [0.2, 0.2, 0.2] as const;

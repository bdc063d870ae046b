import type { LivePolicy } from "../config.ts";
import { euclideanDistance } from "../match/distance.ts";
import {
  judgeMotion,
  type MotionReason,
  type TurnedFrame,
  weighMotion,
} from "./dot_check.ts";
import { type DotPath, pathLooksMs } from "./dot_path.ts";
import { type Evidence, meanVector } from "./evidence.ts";
import type { HeadPose } from "./head_pose.ts";
import {
  judgeLight,
  lightLimits,
  type LightReason,
  weighLight,
} from "./light_check.ts";
import type { LitFrame } from "./light_response.ts";
import type { LightSample } from "./light_sample.ts";
import { lightLooksMs, type LightSequence } from "./light_sequence.ts";

/** Part of a challenge; "done" when it is decided. */
type Stage = "straight" | "light" | "motion" | "done";

/** The largest face of a frame. */
export interface LiveFace {
  readonly pose: HeadPose;
  readonly sample: LightSample;
  /** Its embedding; not every frame is embedded. */
  readonly vector: Float32Array | null;
}

/** One camera frame. */
export interface LiveFrame {
  /** When the server received it, ms on its own clock. */
  readonly atMs: number;
  /** Its moment on the page's clock, ms since the page began to show the stage; null while it shows none. */
  readonly shownMs: number | null;
  /** How many faces there are. */
  readonly faces: number;
  /** The largest; null when there is none. */
  readonly face: LiveFace | null;
  /** px */
  readonly width: number;
  readonly height: number;
}

/** What the person should do to be seen well. */
type Placing =
  | "nobody"
  | "come-closer"
  | "move-back"
  | "to-the-middle"
  | "look-straight";

/** Why a challenge was refused. */
export type LiveReason =
  | LightReason
  | MotionReason
  | { readonly kind: "no-face" | "several-faces" | "too-late" }
  | { readonly kind: "another-person"; readonly distance: number }
  /** The page's clock and the server's do not go together. */
  | { readonly kind: "out-of-step"; readonly byMs: number };

/** What a challenge asks for. */
export interface ChallengeTerms {
  readonly policy: LivePolicy;
  readonly light: LightSequence;
  readonly path: DotPath;
  /** Time for the whole challenge, ms. */
  readonly timeLimitMs: number;
  /** Faces of different frames must lie closer than this; the model's own threshold. */
  readonly samePersonDistance: number;
}

/** Where a challenge stands. A value: `advance` returns a new one. */
export interface Challenge {
  readonly terms: ChallengeTerms;
  readonly startedAtMs: number;
  readonly stage: Stage;
  /** When the stage was begun on the server's clock, ms. */
  readonly stageAtMs: number;
  readonly verdict: "pending" | "passed" | LiveReason;
  /** What the last frame lacked; null when nothing. */
  readonly placing: Placing | null;
  /** Embeddings of frames that look straight ahead, the first of them the person's. */
  readonly vectors: readonly Float32Array[];
  /** How often the stage's frames were weighed. */
  readonly looks: number;
  /** Frames of the light so far, and of the movements. */
  readonly lit: readonly LitFrame[];
  readonly turned: readonly TurnedFrame[];
  readonly light: Evidence["light"];
  readonly motion: Evidence["motion"];
}

/** Limits of a frame that counts. */
const frameLimits = {
  /** Yaw and roll of a face that looks straight ahead, degrees. */
  straightDeg: 10,
  rollDeg: 20,
  /** Half the face's width over the frame's shorter side. */
  smallest: 0.12,
  largest: 0.34,
  /** How many straight frames are embedded before anything begins. */
  vectors: 2,
  /** How much later than the page a frame may reach the server than the stage's first did, ms. */
  lateMs: 4000,
  earlyMs: 300,
};

const stages: Readonly<Record<LivePolicy, readonly Stage[]>> = {
  "light+motion": ["straight", "light", "motion", "done"],
  motion: ["straight", "motion", "done"],
  off: ["straight", "done"],
};

/** Begins a challenge: look straight first, then what the policy asks for. */
export function startChallenge(
  terms: ChallengeTerms,
  startedAtMs: number,
): Challenge {
  return {
    terms,
    startedAtMs,
    stage: "straight",
    stageAtMs: startedAtMs,
    verdict: "pending",
    placing: null,
    vectors: [],
    looks: 0,
    lit: [],
    turned: [],
    light: null,
    motion: null,
  };
}

/** Takes one frame. A challenge that is decided stays as it is. */
export function advance(challenge: Challenge, frame: LiveFrame): Challenge {
  if (challenge.verdict !== "pending") return challenge;
  const reason = refusalOf(challenge, frame);
  if (reason !== null) return refuse(challenge, reason);
  const { face } = frame;
  if (face === null) return { ...challenge, placing: "nobody" };
  const placing = placingOf(frame, face.pose);
  const seen = { ...challenge, placing };
  const vectors = face.vector !== null && isStraight(face.pose)
    ? [...challenge.vectors, face.vector]
    : challenge.vectors;
  switch (challenge.stage) {
    case "straight": {
      if (placing !== null) return seen;
      return vectors.length < frameLimits.vectors
        ? { ...seen, vectors }
        : next({ ...seen, vectors }, frame.atMs);
    }
    case "light":
      return shineOn({ ...seen, vectors }, frame, face);
    case "motion":
      return turn({ ...seen, vectors }, frame, face);
    case "done":
      return seen;
  }
}

/** What the straight frames and the checks of a challenge say; null before the first embedding. */
export function evidenceOf(
  { vectors, light, motion }: Challenge,
): Evidence | null {
  if (vectors.length === 0) return null;
  const vector = meanVector(vectors);
  return { vector, frames: vectors.length, light, motion };
}

function refusalOf(
  { terms, startedAtMs, stageAtMs, stage, vectors }: Challenge,
  { atMs, shownMs, faces, face }: LiveFrame,
): LiveReason | null {
  if (atMs - startedAtMs > terms.timeLimitMs) return { kind: "too-late" };
  // A person may still be on the way into the picture; later a face must never be missing.
  if (face === null) return vectors.length === 0 ? null : { kind: "no-face" };
  if (faces > 1) return { kind: "several-faces" };
  if (stage !== "straight" && shownMs !== null) {
    // A frame cannot be older than the stage, nor its moment later than the server's own.
    const byMs = atMs - stageAtMs - shownMs;
    if (!(byMs > -frameLimits.earlyMs && byMs < frameLimits.lateMs)) {
      return { kind: "out-of-step", byMs };
    }
  }
  const { vector, pose } = face;
  // A turned face lies too far from the same person's straight one to tell anything.
  const comparable = vector !== null && vectors.length > 0 && isStraight(pose);
  if (!comparable) return null;
  // The mean counts beside the first: a first frame between two people must not serve both.
  const distance = Math.max(
    ...[vectors[0]!, meanVector(vectors)].map((known) =>
      euclideanDistance(known, vector)
    ),
  );
  return distance < terms.samePersonDistance
    ? null
    : { kind: "another-person", distance };
}

function shineOn(
  challenge: Challenge,
  { atMs, shownMs, width, height }: LiveFrame,
  { pose, sample }: LiveFace,
): Challenge {
  if (shownMs === null || !isLater(challenge.lit, shownMs)) return challenge;
  const { light: sequence } = challenge.terms;
  const dueMs = lightLooksMs(sequence);
  const inTime = shownMs < dueMs.at(-1)! + lightLimits.longestDelayMs;
  const lit = isStraight(pose) && inTime
    ? [...challenge.lit, { atMs: shownMs, pose, sample, width, height }]
    : challenge.lit;
  const looks = challenge.looks + 1;
  if (shownMs < dueMs[looks - 1]!) return { ...challenge, lit };
  const light = weighLight(lit, sequence);
  const reason = judgeLight(light);
  if (reason !== null && looks < mostLooks(reason)) {
    return { ...challenge, looks, lit, light };
  }
  // The samples have served; they are large.
  const weighed = { ...challenge, lit: [], light };
  return reason === null ? next(weighed, atMs) : refuse(weighed, reason);
}

function turn(
  challenge: Challenge,
  { atMs, shownMs }: LiveFrame,
  { pose }: LiveFace,
): Challenge {
  if (shownMs === null || !isLater(challenge.turned, shownMs)) return challenge;
  const { path } = challenge.terms;
  const turned = [...challenge.turned, { atMs: shownMs, yawDeg: pose.yawDeg }];
  const looks = challenge.looks + 1;
  if (shownMs < pathLooksMs(path)[looks - 1]!) return { ...challenge, turned };
  const motion = weighMotion(turned, path);
  const reason = judgeMotion(motion);
  if (reason !== null && looks < mostLooks(reason)) {
    return { ...challenge, looks, turned, motion };
  }
  const weighed = { ...challenge, turned, motion };
  return reason === null ? next(weighed, atMs) : refuse(weighed, reason);
}

/**
 * How often frames are weighed before a reason refuses: a slow server is given time for more of
 * them, and faint light as much again to show.
 */
function mostLooks({ kind }: LiveReason): number {
  switch (kind) {
    case "too-few-frames":
      return 4;
    case "too-few-turns":
      return 3;
    case "too-bright":
    case "overexposed":
      return 2;
    default:
      return 1;
  }
}

function next(challenge: Challenge, atMs: number): Challenge {
  const order = stages[challenge.terms.policy];
  const stage = order[order.indexOf(challenge.stage) + 1]!;
  const verdict = stage === "done" ? "passed" : "pending";
  return { ...challenge, stage, stageAtMs: atMs, looks: 0, verdict };
}

function refuse(challenge: Challenge, verdict: LiveReason): Challenge {
  return { ...challenge, stage: "done", verdict };
}

function isLater(
  frames: readonly { readonly atMs: number }[],
  shownMs: number,
): boolean {
  return shownMs >= 0 && shownMs > (frames.at(-1)?.atMs ?? -1);
}

function isStraight({ yawDeg, rollDeg }: HeadPose): boolean {
  return Math.abs(yawDeg) < frameLimits.straightDeg &&
    Math.abs(rollDeg) < frameLimits.rollDeg;
}

/** The neck and some background must be in the picture, since the light is weighed there, too. */
function placingOf(
  { width, height }: LiveFrame,
  pose: HeadPose,
): Placing | null {
  const share = pose.scalePx / Math.min(width, height);
  if (share < frameLimits.smallest) return "come-closer";
  if (share > frameLimits.largest) return "move-back";
  const aside = Math.abs(pose.originX - width / 2) > width * 0.2;
  const neckPx = pose.originY + 1.9 * pose.scalePx;
  if (aside || neckPx > height || pose.originY < pose.scalePx * 0.6) {
    return "to-the-middle";
  }
  return isStraight(pose) ? null : "look-straight";
}

import type { LivePolicy } from "../config.ts";
import { euclideanDistance } from "../match/distance.ts";
import { checkMotion, type MotionReason } from "./dot_check.ts";
import type { DotPath } from "./dot_path.ts";
import { type Evidence, meanVector } from "./evidence.ts";
import type { HeadPose } from "./head_pose.ts";
import { checkLight, lightLimits, type LightReason } from "./light_check.ts";
import type { LitFrame } from "./light_response.ts";
import type { LightSample } from "./light_sample.ts";
import type { LightSequence } from "./light_sequence.ts";

/** Part of a challenge; "done" when all are passed. */
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
  /** When the server had received it, ms on its own clock. */
  readonly atMs: number;
  /** How long the server then took to look at it, waiting included, ms. */
  readonly workMs: number;
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
interface ChallengeTerms {
  readonly policy: LivePolicy;
  readonly light: LightSequence;
  readonly path: DotPath;
  /** Time for the whole challenge, ms; what the server takes for its frames comes on top. */
  readonly timeLimitMs: number;
  /** Faces of different frames must lie closer than this; the model's own threshold. */
  readonly samePersonDistance: number;
}

/** Where a challenge stands. A value: `advance` returns a new one. */
export interface Challenge {
  readonly terms: ChallengeTerms;
  readonly startedAtMs: number;
  /** How long the server took for its frames, ms. */
  readonly workMs: number;
  /** The stage it is in, or was refused in. */
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
  /** Frames of the stage so far that count. */
  readonly frames: readonly LitFrame[];
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
    workMs: 0,
    stage: "straight",
    stageAtMs: startedAtMs,
    verdict: "pending",
    placing: null,
    vectors: [],
    looks: 0,
    frames: [],
    light: null,
    motion: null,
  };
}

/** Takes one frame. A challenge that is decided stays as it is. */
export function advance(challenge: Challenge, frame: LiveFrame): Challenge {
  if (challenge.verdict !== "pending") return challenge;
  const { face } = frame;
  const workMs = challenge.workMs + frame.workMs;
  const verdict = refusalOf(challenge, frame);
  if (verdict !== null) return { ...challenge, workMs, verdict };
  if (face === null) return { ...challenge, workMs, placing: "nobody" };
  const placing = placingOf(frame, face.pose);
  const vectors = face.vector !== null && isStraight(face.pose) &&
      (challenge.stage !== "straight" || placing === null)
    ? [...challenge.vectors, face.vector]
    : challenge.vectors;
  const seen = { ...challenge, workMs, placing, vectors };
  if (seen.stage !== "straight") return observe(seen, frame, face);
  return placing !== null || vectors.length < frameLimits.vectors
    ? seen
    : next(seen, frame);
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
  { terms, startedAtMs, workMs, stageAtMs, stage, vectors }: Challenge,
  { atMs, shownMs, faces, face }: LiveFrame,
): LiveReason | null {
  if (atMs - startedAtMs - workMs > terms.timeLimitMs) {
    return { kind: "too-late" };
  }
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

/** Keeps a frame of light or dot, and weighs what was kept when it is time. */
function observe(
  challenge: Challenge,
  frame: LiveFrame,
  { pose, sample }: LiveFace,
): Challenge {
  const { terms, stage, frames: earlier } = challenge;
  const { shownMs: atMs, width, height } = frame;
  if (atMs === null || !(atMs > (earlier.at(-1)?.atMs ?? -1))) return challenge;
  const isLight = stage === "light";
  const { looksMs } = isLight ? terms.light : terms.path;
  const counts = !isLight || isStraight(pose) &&
      atMs < looksMs.at(-1)! + lightLimits.longestDelayMs;
  const frames = counts
    ? [...earlier, { atMs, pose, sample, width, height }]
    : earlier;
  const looks = challenge.looks + 1;
  if (atMs < looksMs[looks - 1]!) return { ...challenge, frames };
  const { reason: found, ...evidence } = isLight
    ? checkLight(frames, terms.light)
    : checkMotion(frames, terms.path);
  const weighed = { ...challenge, looks, frames, ...evidence };
  const reason = found ?? unseenSince(challenge, frames.length);
  if (reason === null) return next(weighed, frame);
  return looks < mostLooks(reason) ? weighed : { ...weighed, verdict: reason };
}

/**
 * What follows light or dot must be held against the straight face at least once: a picture shown
 * first, and somebody's own face after it, must not pass because no frame was embedded by chance.
 */
function unseenSince(
  { stage, vectors }: Challenge,
  frames: number,
): LiveReason | null {
  if (vectors.length > frameLimits.vectors) return null;
  return {
    kind: stage === "light" ? "too-few-frames" : "too-few-turns",
    frames,
  };
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

function next(
  challenge: Challenge,
  { atMs, workMs }: LiveFrame,
): Challenge {
  const order = stages[challenge.terms.policy];
  const stage = order[order.indexOf(challenge.stage) + 1]!;
  return {
    ...challenge,
    stage,
    // The page learns of it when the frame is answered.
    stageAtMs: atMs + workMs,
    looks: 0,
    // What they hold is large, and has served.
    frames: [],
    verdict: stage === "done" ? "passed" : "pending",
  };
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

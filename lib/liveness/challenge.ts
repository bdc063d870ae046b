import { type Evidence, gatherEvidence } from "./evidence.ts";
import type { FaceMeasures } from "./frame_measures.ts";
import { looksLikePicture, type PassiveScores } from "./passive_scores.ts";

/** What a person may be asked to do; left and right are the person's own. */
export type Action = "turn-left" | "turn-right" | "blink" | "mouth-open";

/** All actions a challenge draws from. */
export const actions: readonly Action[] = [
  "turn-left",
  "turn-right",
  "blink",
  "mouth-open",
];

/** One face of one frame, as the challenge sees it. */
export interface SeenFace extends FaceMeasures {
  readonly vector: Float32Array;
  readonly passive?: PassiveScores;
}

/** One camera frame. */
export interface SeenFrame {
  /** When the server received it, ms on its own clock. */
  readonly atMs: number;
  readonly faces: readonly SeenFace[];
}

/** Why a challenge was refused. */
export type Refusal =
  | "no-face"
  | "several-faces"
  | "another-person"
  | "wrong-action"
  | "jumped"
  | "looks-like-a-picture"
  | "too-late";

/** Limits of a challenge. */
export interface ChallengeLimits {
  /** Time for the whole challenge, ms. */
  readonly timeLimitMs: number;
  /** Faces of different frames must lie closer than this; the model's own threshold. */
  readonly samePersonDistance: number;
  /** Distance of two embeddings; match's `euclideanDistance`, handed in because this room lies below match. */
  readonly distance: (a: Float32Array, b: Float32Array) => number;
  /** Mean passive scores under these refuse, and so do missing ones; null asks for none. */
  readonly passiveFloors: PassiveScores | null;
}

/** Where a challenge stands. A value: `advance` answers a new one. */
export interface Challenge {
  readonly actions: readonly Action[];
  readonly startedAtMs: number;
  readonly limits: ChallengeLimits;
  /** How many actions are done. */
  readonly done: number;
  /** What the person should do now. */
  readonly expects: "look-straight" | Action | "return" | "nothing";
  readonly verdict: "pending" | "passed" | Refusal;
  /** First frame's embedding, which every later frame must match, as it must match the evidence. */
  readonly person: Float32Array | null;
  /** The frames in which the person looked straight ahead when asked to, and at each return. */
  readonly straight: readonly SeenFace[];
  /** Contrast of the eyes in each neutral frame at the start. */
  readonly openEyes: readonly number[];
  /** Whether the turn asked for was seen on its way. */
  readonly onItsWay: boolean;
}

/**
 * Limits measured on the rendered sequences of two people and on their frontal frames held as
 * pictures: turns reach 0.14 and over, held and bent pictures stay under 0.07; an open mouth
 * reaches 0.5, held pictures stay under 0.2; closed eyes' contrast falls to 0.68 and 0.77 of its
 * own open value and stays above 0.89 in the other actions, a pitched picture's falls to 0.81. A
 * picture moved fast enough to blur loses contrast as well:
 * the blink is therefore the weak one, and never asked for without a turn.
 */
export const measureLimits = {
  neutralOffset: 0.05,
  turnedOffset: 0.11,
  openMouth: 0.35,
  closedMouth: 0.3,
  closedEyes: 0.8,
  openEyes: 0.88,
  neutralFrames: 2,
};

/** Begins a challenge: look straight first, then the actions in order. */
export function startChallenge(
  wanted: readonly Action[],
  startedAtMs: number,
  limits: ChallengeLimits,
): Challenge {
  return {
    actions: wanted,
    startedAtMs,
    limits,
    done: 0,
    expects: "look-straight",
    verdict: "pending",
    person: null,
    straight: [],
    openEyes: [],
    onItsWay: false,
  };
}

/**
 * Takes one frame. A challenge that is decided stays as it is. Each action must follow a look
 * straight ahead and lead back to it; another action than the one asked for refuses, except a
 * blink, which people do unasked; a turn must be seen on its way, so that one picture cannot be
 * swapped for another.
 */
export function advance(challenge: Challenge, frame: SeenFrame): Challenge {
  if (challenge.verdict !== "pending") return challenge;
  const refusal = refusalOf(challenge, frame);
  if (refusal !== null) {
    return { ...challenge, verdict: refusal, expects: "nothing" };
  }
  const face = frame.faces[0];
  if (face === undefined) return challenge;
  const seen = { ...challenge, person: challenge.person ?? face.vector };
  if (seen.expects === "look-straight") return lookStraight(seen, face);
  if (seen.expects === "return") return comeBack(seen, face);
  return perform(seen, face);
}

function refusalOf(
  challenge: Challenge,
  { atMs, faces }: SeenFrame,
): Refusal | null {
  const { limits, startedAtMs } = challenge;
  if (atMs - startedAtMs > limits.timeLimitMs) return "too-late";
  const face = faces[0];
  // A person may still be on the way into the picture; later a face must never be missing.
  if (face === undefined) return challenge.person === null ? null : "no-face";
  if (faces.length > 1) return "several-faces";
  // Written so that a vector of NaN is another person, too.
  const same = knownVectors(challenge).every((known) =>
    limits.distance(known, face.vector) < limits.samePersonDistance
  );
  return same ? null : "another-person";
}

/**
 * The evidence counts beside the first frame: a first frame between two people must not let one
 * of them look straight ahead and the other act.
 */
function knownVectors(challenge: Challenge): Float32Array[] {
  const { person } = challenge;
  const evidence = evidenceOf(challenge);
  return [person, evidence?.vector].filter((each) => each != null);
}

/** What the straight frames seen so far say; null before the first. */
export function evidenceOf({ straight }: Challenge): Evidence | null {
  return straight.length === 0 ? null : gatherEvidence(straight);
}

function lookStraight(challenge: Challenge, face: SeenFace): Challenge {
  if (!isNeutral(face)) return challenge;
  const openEyes = [...challenge.openEyes, face.eyeContrast];
  const straight = [...challenge.straight, face];
  const ready = openEyes.length >= measureLimits.neutralFrames;
  return {
    ...challenge,
    openEyes,
    straight,
    expects: ready ? challenge.actions[0]! : "look-straight",
  };
}

function perform(challenge: Challenge, face: SeenFace): Challenge {
  const asked = challenge.actions[challenge.done]!;
  if (doesAnother(asked, face)) return refuse(challenge, "wrong-action");
  if (!does(asked, face, challenge)) {
    const onItsWay = challenge.onItsWay ||
      turnOf(asked) * face.noseOffset > measureLimits.neutralOffset;
    return { ...challenge, onItsWay };
  }
  if (turnOf(asked) !== 0 && !challenge.onItsWay) {
    return refuse(challenge, "jumped");
  }
  return { ...challenge, expects: "return" };
}

function comeBack(challenge: Challenge, face: SeenFace): Challenge {
  const asked = challenge.actions[challenge.done]!;
  if (doesAnother(asked, face)) return refuse(challenge, "wrong-action");
  const back = isNeutral(face) &&
    face.eyeContrast > measureLimits.openEyes * ownOpenEyes(challenge);
  if (!back) return challenge;
  const done = challenge.done + 1;
  const next = challenge.actions[done];
  const returned = {
    ...challenge,
    done,
    straight: [...challenge.straight, face],
    onItsWay: false,
  };
  return next === undefined ? finish(returned) : { ...returned, expects: next };
}

function finish(challenge: Challenge): Challenge {
  const { passiveFloors } = challenge.limits;
  const picture = passiveFloors !== null &&
    looksLikePicture(evidenceOf(challenge)?.passive ?? null, passiveFloors);
  const verdict = picture ? "looks-like-a-picture" : "passed";
  return { ...challenge, verdict, expects: "nothing" };
}

function refuse(challenge: Challenge, verdict: Refusal): Challenge {
  return { ...challenge, verdict, expects: "nothing" };
}

function isNeutral({ noseOffset, mouthOpenness }: FaceMeasures): boolean {
  return Math.abs(noseOffset) < measureLimits.neutralOffset &&
    mouthOpenness < measureLimits.closedMouth;
}

/** 1 for a turn to the left, -1 to the right, 0 for what is no turn. */
function turnOf(action: Action): number {
  return action === "turn-left" ? 1 : action === "turn-right" ? -1 : 0;
}

function does(action: Action, face: FaceMeasures, own: Challenge): boolean {
  switch (action) {
    case "turn-left":
    case "turn-right":
      return turnOf(action) * face.noseOffset > measureLimits.turnedOffset;
    case "mouth-open":
      return face.mouthOpenness > measureLimits.openMouth;
    case "blink":
      return isNeutral(face) &&
        face.eyeContrast < measureLimits.closedEyes * ownOpenEyes(own);
  }
}

function doesAnother(asked: Action, face: FaceMeasures): boolean {
  const { turnedOffset, openMouth } = measureLimits;
  return (asked !== "turn-left" && face.noseOffset > turnedOffset) ||
    (asked !== "turn-right" && face.noseOffset < -turnedOffset) ||
    (asked !== "mouth-open" && face.mouthOpenness > openMouth);
}

function ownOpenEyes({ openEyes }: Challenge): number {
  return openEyes.reduce((sum, value) => sum + value, 0) / openEyes.length;
}

import { dotAt, type DotPath } from "./dot_path.ts";
import { correlation, dot, mean } from "./least_squares.ts";

/** How the head was turned in a frame that was taken while the dot moved. */
export interface TurnedFrame {
  /** When it was taken, ms since the dot began to move. */
  readonly atMs: number;
  readonly yawDeg: number;
}

/** What the frames say of a head that follows the dot. */
export interface MotionEvidence {
  /** Correlation of the dot's place with the head's turn; 1 follows exactly. */
  readonly follows: number;
  /** How much later than the dot the head turned, ms. */
  readonly delayMs: number;
  /** How far it turned for the way from the middle to the edge, degrees. */
  readonly turnDeg: number;
  readonly frames: number;
}

/** Why the movements do not speak for somebody who follows this dot. */
export type MotionReason =
  | { readonly kind: "too-few-turns"; readonly frames: number }
  | { readonly kind: "other-movement"; readonly follows: number }
  | { readonly kind: "hardly-turned"; readonly turnDeg: number };

/**
 * Limits of the check. In simulation heads that follow, lazily too, correlate by 0.87 to 0.99, heads
 * on another path by 0.86 at most in 99 of 100.
 */
export const motionLimits = {
  fewestFrames: 14,
  follows: 0.88,
  turnDeg: 6,
  /** What a person takes to follow, and a camera to show it, ms. */
  longestDelayMs: 700,
};

/** Weighs the frames of a path. The dot's right is the person's own right, where yaw is negative. */
export function weighMotion(
  frames: readonly TurnedFrame[],
  path: DotPath,
): MotionEvidence {
  const turns = centred(frames.map(({ yawDeg }) => -yawDeg));
  let best = { follows: -1, delayMs: 0, turnDeg: 0, frames: frames.length };
  for (let delayMs = 0; delayMs <= motionLimits.longestDelayMs; delayMs += 50) {
    const places = centred(
      frames.map(({ atMs }) => dotAt(path, atMs - delayMs)),
    );
    const follows = correlation(places, turns);
    if (follows > best.follows) {
      const turnDeg = dot(places, turns) / dot(places, places);
      best = { ...best, follows, delayMs, turnDeg };
    }
  }
  return best;
}

/** What keeps the evidence from speaking for somebody who follows the dot; null when nothing does. */
export function judgeMotion(
  { frames, follows, turnDeg }: MotionEvidence,
): MotionReason | null {
  if (frames < motionLimits.fewestFrames) {
    return { kind: "too-few-turns", frames };
  }
  // Written so that what is no number is refused, too.
  if (!(follows >= motionLimits.follows)) {
    return { kind: "other-movement", follows };
  }
  return turnDeg >= motionLimits.turnDeg
    ? null
    : { kind: "hardly-turned", turnDeg };
}

function centred(values: readonly number[]): number[] {
  const middle = mean(values);
  return values.map((value) => value - middle);
}

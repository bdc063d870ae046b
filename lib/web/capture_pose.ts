import { meanPoint } from "../image/similarity.ts";
import type { Point } from "../image/photo.ts";
import type { Shape } from "./schemas.ts";

/** How a person is asked to look at a capture; left and right are the person's own. */
export type Pose = Shape<"registration">["poses"][number];

/** Where the nose points. */
export interface Direction {
  /** `noseOffset`: 0 straight ahead, positive towards the person's left. */
  readonly side: number;
  /**
   * Where the nose tip stands between nasion (0) and nose base (1) along the line from the eyes to
   * the mouth. It moves down as the head is bowed, by about 0.005 a degree, and differs between
   * people (0.72 to 0.83 straight ahead; measured on the sample people), so it is held against the
   * same person's straight capture only.
   */
  readonly drop: number;
}

/** How far a capture must differ from straight ahead, and how far it may: variety, not a test. */
const limits = {
  straightSide: 0.05,
  turnedSide: 0.055,
  turnedTooFar: 0.25,
  nodded: 0.015,
  nodSide: 0.08,
};

/** Reads the direction off dlib's 68 landmarks. */
export function directionOf(points: readonly Point[]): Direction {
  const eyes = meanPoint(points, [36, 39, 42, 45]);
  const mouth = meanPoint(points, [51, 57]);
  const along = (point: Point) =>
    (point.x - eyes.x) * (mouth.x - eyes.x) +
    (point.y - eyes.y) * (mouth.y - eyes.y);
  const [nasion, tip, base] = [27, 30, 33].map((at) => along(points[at]!));
  return {
    side: noseOffset(points),
    drop: (tip! - nasion!) / (base! - nasion!),
  };
}

/** What to do to reach a pose, one sentence; null when it is reached. */
export function poseAdvice(
  pose: Pose,
  { side, drop }: Direction,
  straight: Direction | null,
): string | null {
  const nod = drop - (straight?.drop ?? drop);
  switch (pose) {
    case "straight":
      return Math.abs(side) < limits.straightSide
        ? null
        : "Look straight into the camera.";
    case "left":
      return turnAdvice(side, "left");
    case "right":
      return turnAdvice(-side, "right");
    case "up":
      return nodAdvice(-nod, side, "Raise your chin a little.");
    case "down":
      return nodAdvice(nod, side, "Lower your chin a little.");
  }
}

function turnAdvice(turn: number, where: "left" | "right"): string | null {
  if (turn > limits.turnedTooFar) return "Turn back a little.";
  return turn > limits.turnedSide
    ? null
    : `Turn your head a little to your ${where}.`;
}

function nodAdvice(nod: number, side: number, advice: string): string | null {
  if (Math.abs(side) > limits.nodSide) return "Face the camera again.";
  return nod > limits.nodded ? null : advice;
}

/**
 * How far the nose tip stands beside the line from the nasion to the middle of the mouth, over that
 * line's length: 0 straight ahead, about 0.3 at 40 degrees.
 */
function noseOffset(points: readonly Point[]): number {
  const [tip, nasion] = [points[30]!, points[27]!];
  const mouth = meanPoint(points, [51, 57]);
  const [dx, dy] = [mouth.x - nasion.x, mouth.y - nasion.y];
  return ((tip.x - nasion.x) * dy - (tip.y - nasion.y) * dx) /
    (dx * dx + dy * dy);
}

import type { Landmarks } from "../detect/face_detector.ts";
import { meanPoint } from "../detect/pose.ts";
import type { Point } from "../image/photo.ts";

/** What a challenge reads off one face: ratios that a flat picture, however it is held, cannot change. */
export interface FaceMeasures {
  /**
   * How far the nose tip stands beside the line from the nasion to the middle of the mouth, over
   * the length of that line; positive towards the viewer's right, which is the person's own left.
   * 0 for a frontal face, about 0.3 at 40 degrees.
   */
  readonly noseOffset: number;
  /** Gap of the lids over the length of the nose, mean of both eyes. */
  readonly eyeOpenness: number;
  /** Gap of the inner lips over the length of the nose. */
  readonly mouthOpenness: number;
}

const nasion = 27;
const noseTip = 30;
const noseBase = 33;
const lids: readonly (readonly [number, number])[] = [
  [37, 41],
  [38, 40],
  [43, 47],
  [44, 46],
];
const lips: readonly (readonly [number, number])[] = [[61, 67], [62, 66], [
  63,
  65,
]];

/**
 * Measures a face from dlib's 68 landmarks.
 *
 * The gaps follow the eye aspect ratio of Soukupova and Cech (Real-Time Eye Blink Detection using
 * Facial Landmarks, CVWW 2016), with one change: they are held against the length of the nose,
 * which runs the same way, because tilting a flat picture shrinks both alike and would lower a
 * ratio of height to width. The nose offset rests on collinearity, which every projection of a
 * plane keeps: nasion, nose tip and mouth of a frontal picture stay on one line however it is
 * held, and also when it is bent about an upright axis; only relief pushes the tip out of it.
 *
 * @throws RangeError when the landmarks are of another scheme.
 */
export function measureFace({ scheme, points }: Landmarks): FaceMeasures {
  if (scheme !== "dlib68") {
    throw new RangeError(
      `liveness needs dlib's 68 landmarks, and these are ${scheme}`,
    );
  }
  const nose = distance(points[nasion]!, points[noseBase]!);
  return {
    noseOffset: offsetFromLine(
      points[noseTip]!,
      points[nasion]!,
      meanPoint(points, [51, 57]),
    ),
    eyeOpenness: meanGap(points, lids) / nose,
    mouthOpenness: meanGap(points, lips) / nose,
  };
}

/** Signed distance of a point from the line a-b over the line's length; positive to the right when b lies below a. */
function offsetFromLine(point: Point, a: Point, b: Point): number {
  const dx = b.x - a.x;
  const dy = b.y - a.y;
  return ((point.x - a.x) * dy - (point.y - a.y) * dx) / (dx * dx + dy * dy);
}

function meanGap(
  points: readonly Point[],
  pairs: readonly (readonly [number, number])[],
): number {
  const gaps = pairs.map(([a, b]) => distance(points[a]!, points[b]!));
  return gaps.reduce((sum, gap) => sum + gap, 0) / gaps.length;
}

function distance(a: Point, b: Point): number {
  return Math.hypot(a.x - b.x, a.y - b.y);
}

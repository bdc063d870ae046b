import type { Landmarks } from "../detect/face_detector.ts";
import { meanPoint } from "../detect/pose.ts";
import type { Photo, Point } from "../image/photo.ts";

/** What a challenge reads off one face: ratios that a flat picture, however it is held, cannot change. */
export interface FaceMeasures {
  /**
   * How far the nose tip stands beside the line from the nasion to the middle of the mouth, over
   * the length of that line; positive towards the viewer's right, which is the person's own left.
   * 0 for a frontal face, about 0.3 at 40 degrees.
   */
  readonly noseOffset: number;
  /**
   * Standard deviation of the luma around the eyes over its mean, mean of both eyes: white, iris
   * and pupil give about 0.5 to 0.8, lids a quarter to a third less.
   */
  readonly eyeContrast: number;
  /** Gap of the inner lips over the length of the nose. */
  readonly mouthOpenness: number;
}

const nasion = 27;
const noseTip = 30;
const noseBase = 33;
/** Each eye's points, its corners first and fourth. */
const eyes = [[36, 37, 38, 39, 40, 41], [42, 43, 44, 45, 46, 47]] as const;
/** Half the size of the patch around an eye, as shares of the distance of its corners. */
const eyePatch = { width: 0.4, height: 0.3 };
const lips: readonly (readonly [number, number])[] = [[61, 67], [62, 66], [
  63,
  65,
]];

/**
 * Measures a face of a frame from dlib's 68 landmarks.
 *
 * The nose offset rests on collinearity, which every projection of a plane keeps: nasion, nose tip
 * and mouth of a frontal picture stay on one line however it is held, and also when it is bent
 * about an upright axis; only relief pushes the tip out of it. The lips' gap is held against the
 * length of the nose, which runs the same way, because tilting a flat picture shrinks both alike.
 * Eyes are judged by their contrast, not by the lids' landmarks (the eye aspect ratio of Soukupova
 * and Cech, CVWW 2016): the landmark network hardly moves the lids when the eyes close. On the
 * sample frames the gap falls to 0.84 of its open value, and to 0.92 while a face is tracked; the
 * contrast falls to 0.68 and 0.77.
 */
export function measureFace(
  { points }: Landmarks,
  frame: Photo,
): FaceMeasures {
  const nose = distance(points[nasion]!, points[noseBase]!);
  return {
    noseOffset: noseOffset(points),
    eyeContrast: meanOf(eyes.map((eye) => contrastAround(frame, points, eye))),
    mouthOpenness:
      meanOf(lips.map(([a, b]) => distance(points[a]!, points[b]!))) / nose,
  };
}

/** `FaceMeasures.noseOffset` of dlib's 68 points. */
export function noseOffset(points: readonly Point[]): number {
  return offsetFromLine(
    points[noseTip]!,
    points[nasion]!,
    meanPoint(points, [51, 57]),
  );
}

/** Coefficient of variation of the luma (ITU-R BT.601) in the patch around an eye; 0 beyond the frame. */
function contrastAround(
  { data, width, height }: Photo,
  points: readonly Point[],
  eye: readonly number[],
): number {
  const middle = meanPoint(points, eye);
  const corners = distance(points[eye[0]!]!, points[eye[3]!]!);
  const [rx, ry] = [corners * eyePatch.width, corners * eyePatch.height];
  let count = 0, sum = 0, squares = 0;
  const bottom = Math.min(height - 1, middle.y + ry);
  const right = Math.min(width - 1, middle.x + rx);
  for (let y = Math.max(0, Math.round(middle.y - ry)); y <= bottom; y++) {
    for (let x = Math.max(0, Math.round(middle.x - rx)); x <= right; x++) {
      const at = (y * width + x) * 3;
      const luma = 0.299 * data[at]! + 0.587 * data[at + 1]! +
        0.114 * data[at + 2]!;
      count++;
      sum += luma;
      squares += luma * luma;
    }
  }
  if (count === 0 || sum === 0) return 0;
  const mean = sum / count;
  return Math.sqrt(Math.max(0, squares / count - mean * mean)) / mean;
}

/** Signed distance of a point from the line a-b over the line's length; positive to the right when b lies below a. */
function offsetFromLine(point: Point, a: Point, b: Point): number {
  const dx = b.x - a.x;
  const dy = b.y - a.y;
  return ((point.x - a.x) * dy - (point.y - a.y) * dx) / (dx * dx + dy * dy);
}

function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function distance(a: Point, b: Point): number {
  return Math.hypot(a.x - b.x, a.y - b.y);
}

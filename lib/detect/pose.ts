import type { Point } from "../image/photo.ts";

/** Mean of some of a list's points. */
export function meanPoint(
  points: readonly Point[],
  indices: readonly number[],
): Point {
  let x = 0, y = 0;
  for (const index of indices) {
    x += points[index]!.x;
    y += points[index]!.y;
  }
  return { x: x / indices.length, y: y / indices.length };
}

const leftEye = [36, 37, 38, 39, 40, 41];
const rightEye = [42, 43, 44, 45, 46, 47];

/** How far the line through the eyes is tilted, degrees, clockwise as seen in the photo. @param points dlib's 68 */
export function rollDeg(points: readonly Point[]): number {
  const left = meanPoint(points, leftEye);
  const right = meanPoint(points, rightEye);
  return lineDeg(left, right);
}

/** How far the line from one point to another is tilted, degrees, clockwise as seen in the photo. */
export function lineDeg(from: Point, to: Point): number {
  return Math.atan2(to.y - from.y, to.x - from.x) * 180 / Math.PI;
}

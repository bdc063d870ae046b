import type { Point } from "../image/photo.ts";
import { meanPoint } from "../image/similarity.ts";

/** How far the line through the eyes is tilted, degrees, clockwise as seen in the photo. @param points dlib's 68 */
export function rollDeg(points: readonly Point[]): number {
  return lineDeg(
    meanPoint(points.slice(36, 42)),
    meanPoint(points.slice(42, 48)),
  );
}

/** How far the line from one point to another is tilted, degrees, clockwise as seen in the photo. */
export function lineDeg(from: Point, to: Point): number {
  return Math.atan2(to.y - from.y, to.x - from.x) * 180 / Math.PI;
}

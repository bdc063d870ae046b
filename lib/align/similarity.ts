import type { Point } from "../image/photo.ts";

/**
 * A map of the plane that turns, scales evenly and shifts:
 * x' = a x - b y + tx, y' = b x + a y + ty.
 */
export interface Similarity {
  readonly a: number;
  readonly b: number;
  readonly tx: number;
  readonly ty: number;
}

/**
 * The similarity that brings `from` nearest to `to` in the least-squares sense (Umeyama, "Least-
 * squares estimation of transformation parameters between two point patterns", PAMI 1991). In the
 * plane and without reflection its closed form is one complex division, used here.
 *
 * @throws RangeError when the lists differ in length or all points of `from` coincide.
 */
export function fitSimilarity(
  from: readonly Point[],
  to: readonly Point[],
): Similarity {
  if (from.length !== to.length || from.length < 2) {
    throw new RangeError(
      `a similarity needs pairs of points, not ${from.length} and ${to.length}`,
    );
  }
  const fromCentre = centroid(from);
  const toCentre = centroid(to);
  let dot = 0, cross = 0, spread = 0;
  for (let i = 0; i < from.length; i++) {
    const fx = from[i]!.x - fromCentre.x;
    const fy = from[i]!.y - fromCentre.y;
    const gx = to[i]!.x - toCentre.x;
    const gy = to[i]!.y - toCentre.y;
    dot += fx * gx + fy * gy;
    cross += fx * gy - fy * gx;
    spread += fx * fx + fy * fy;
  }
  if (spread === 0) {
    throw new RangeError("a similarity needs points that do not all coincide");
  }
  const a = dot / spread;
  const b = cross / spread;
  return {
    a,
    b,
    tx: toCentre.x - (a * fromCentre.x - b * fromCentre.y),
    ty: toCentre.y - (b * fromCentre.x + a * fromCentre.y),
  };
}

function centroid(points: readonly Point[]): Point {
  let x = 0, y = 0;
  for (const point of points) {
    x += point.x;
    y += point.y;
  }
  return { x: x / points.length, y: y / points.length };
}

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

/** Where a similarity takes a point. */
export function applySimilarity(
  { a, b, tx, ty }: Similarity,
  { x, y }: Point,
): Point {
  return { x: a * x - b * y + tx, y: b * x + a * y + ty };
}

/** The similarity that undoes another. */
export function invertSimilarity({ a, b, tx, ty }: Similarity): Similarity {
  const square = a * a + b * b;
  const ia = a / square;
  const ib = -b / square;
  return { a: ia, b: ib, tx: -(ia * tx - ib * ty), ty: -(ib * tx + ia * ty) };
}

/** How far a similarity turns, degrees, clockwise as seen in a photo. */
export function rotationDeg({ a, b }: Similarity): number {
  return Math.atan2(b, a) * 180 / Math.PI;
}

function centroid(points: readonly Point[]): Point {
  let x = 0, y = 0;
  for (const point of points) {
    x += point.x;
    y += point.y;
  }
  return { x: x / points.length, y: y / points.length };
}

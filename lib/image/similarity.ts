import type { Point } from "./photo.ts";

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
  const fromCentre = meanPoint(from);
  const toCentre = meanPoint(to);
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

/**
 * How far apart a similarity leaves points: the root mean square distance of where it takes `from`
 * to `to`, in the units of `from`.
 */
export function fitResidual(
  map: Similarity,
  from: readonly Point[],
  to: readonly Point[],
): number {
  const squares = from.reduce((sum, point, i) => {
    const { x, y } = mapPoint(map, point);
    return sum + (x - to[i]!.x) ** 2 + (y - to[i]!.y) ** 2;
  }, 0);
  return Math.sqrt(squares / from.length) / Math.hypot(map.a, map.b);
}

/**
 * From the pixels of a square of `sizePx` to a turned square of a photo.
 *
 * @param centre of the square in the photo, px
 * @param sidePx of the square in the photo, px
 * @param deg how far it is turned, clockwise as seen in the photo
 */
export function squareMap(
  centre: Point,
  sidePx: number,
  deg: number,
  sizePx: number,
): Similarity {
  const turn = deg * Math.PI / 180;
  const a = sidePx / sizePx * Math.cos(turn);
  const b = sidePx / sizePx * Math.sin(turn);
  const half = (sizePx - 1) / 2;
  return { a, b, tx: centre.x - (a - b) * half, ty: centre.y - (b + a) * half };
}

/**
 * From the pixels of a square of `sizePx` to the turned square around points of a photo.
 *
 * @param deg how far it is turned, clockwise as seen in the photo
 * @param margin its side over the points' larger extent, along it or across
 */
export function squareAround(
  points: readonly Point[],
  deg: number,
  margin: number,
  sizePx: number,
): Similarity {
  const origin = { x: 0, y: 0 };
  const upright = squareMap(origin, 1, -deg, 1);
  const turned = points.map((point) => mapPoint(upright, point));
  const [xs, ys] = [turned.map(({ x }) => x), turned.map(({ y }) => y)];
  const [left, right] = [Math.min(...xs), Math.max(...xs)];
  const [top, bottom] = [Math.min(...ys), Math.max(...ys)];
  const middle = { x: (left + right) / 2, y: (top + bottom) / 2 };
  const centre = mapPoint(squareMap(origin, 1, deg, 1), middle);
  const side = margin * Math.max(right - left, bottom - top);
  return squareMap(centre, side, deg, sizePx);
}

/** How far the line from one point to another is tilted, degrees, clockwise as seen in the photo. */
export function lineDeg(from: Point, to: Point): number {
  return Math.atan2(to.y - from.y, to.x - from.x) * 180 / Math.PI;
}

/** Where a similarity takes a point. */
export function mapPoint({ a, b, tx, ty }: Similarity, { x, y }: Point): Point {
  return { x: a * x - b * y + tx, y: b * x + a * y + ty };
}

/** Mean of a list's points, or of those with some indices. */
export function meanPoint(
  points: readonly Point[],
  indices: Iterable<number> = points.keys(),
): Point {
  let [x, y, count] = [0, 0, 0];
  for (const index of indices) {
    x += points[index]!.x;
    y += points[index]!.y;
    count++;
  }
  return { x: x / count, y: y / count };
}

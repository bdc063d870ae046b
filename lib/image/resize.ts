import type { Photo } from "./photo.ts";

/** The size that fits `photo` inside a square of `longestPx`, never larger than it is. */
export function fitInside(
  size: { width: number; height: number },
  longestPx: number,
): { width: number; height: number } {
  const scale = Math.min(1, longestPx / Math.max(size.width, size.height));
  return {
    width: Math.max(1, Math.round(size.width * scale)),
    height: Math.max(1, Math.round(size.height * scale)),
  };
}

/**
 * Resizes a photo with a triangle filter as wide as the shrinking asks for, so that fine detail
 * is averaged and does not alias (the filter of PIL's and libvips' "bilinear").
 *
 * @param width px, at least 1
 * @param height px, at least 1
 */
export function resize(photo: Photo, width: number, height: number): Photo {
  if (width === photo.width && height === photo.height) return photo;
  const columns = weightsFor(photo.width, width);
  const rows = weightsFor(photo.height, height);
  const data = new Uint8Array(width * height * 3);
  const line = new Float32Array(photo.width * 3);
  for (let y = 0; y < height; y++) {
    addRows(photo.data, rows, y, line);
    narrowLine(line, columns, data, y * width * 3);
  }
  return { data, width, height };
}

/** For each output pixel along one axis: which input pixels count, and how much. */
interface Weights {
  /** The first input pixel of each output pixel. */
  readonly first: Int32Array;
  /** `taps` numbers an output pixel, which sum to 1; zeros where fewer pixels count. */
  readonly values: Float32Array;
  readonly taps: number;
}

function weightsFor(from: number, to: number): Weights {
  const scale = from / to;
  const reach = Math.max(1, scale);
  const taps = Math.min(from, Math.floor(2 * reach) + 1);
  const first = new Int32Array(to);
  const values = new Float32Array(to * taps);
  for (let index = 0; index < to; index++) {
    const centre = (index + 0.5) * scale - 0.5;
    const start = Math.max(0, Math.ceil(centre - reach));
    // Near the far edge the window begins earlier, so that it never reads beyond.
    first[index] = Math.min(start, from - taps);
    let sum = 0;
    for (let tap = 0; tap < taps; tap++) {
      const apart = Math.abs(first[index]! + tap - centre);
      const weight = Math.max(0, 1 - apart / reach);
      values[index * taps + tap] = weight;
      sum += weight;
    }
    for (let tap = 0; tap < taps; tap++) values[index * taps + tap]! /= sum;
  }
  return { first, values, taps };
}

/**
 * Averages the input rows that output row `y` covers. Three at a time: writing the sum back
 * costs more than multiplying.
 */
function addRows(
  data: Uint8Array,
  { first, values, taps }: Weights,
  y: number,
  line: Float32Array,
): void {
  const { length } = line;
  line.fill(0);
  for (let tap = 0; tap < taps; tap += 3) {
    const at = y * taps + tap;
    const a = (first[y]! + tap) * length;
    // A row beyond the last tap is read as the last one and weighs nothing.
    const b = tap + 1 < taps ? a + length : a;
    const c = tap + 2 < taps ? b + length : b;
    const weightA = values[at]!;
    const weightB = tap + 1 < taps ? values[at + 1]! : 0;
    const weightC = tap + 2 < taps ? values[at + 2]! : 0;
    for (let x = 0; x < length; x++) {
      line[x]! += weightA * data[a + x]! + weightB * data[b + x]! +
        weightC * data[c + x]!;
    }
  }
}

/** Averages along a row and rounds it into `out` from `to` on. */
function narrowLine(
  line: Float32Array,
  { first, values, taps }: Weights,
  out: Uint8Array,
  to: number,
): void {
  for (let x = 0, at = 0; x < first.length; x++, to += 3) {
    let from = first[x]! * 3;
    let r = 0.5, g = 0.5, b = 0.5;
    for (let tap = 0; tap < taps; tap++, at++, from += 3) {
      const weight = values[at]!;
      r += weight * line[from]!;
      g += weight * line[from + 1]!;
      b += weight * line[from + 2]!;
    }
    out[to] = r;
    out[to + 1] = g;
    out[to + 2] = b;
  }
}

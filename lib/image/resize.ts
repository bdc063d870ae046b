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
  const narrow = resizeRows(photo, columns, width);
  const data = new Uint8Array(width * height * 3);
  const line = new Float32Array(width * 3);
  for (let y = 0; y < height; y++) {
    line.fill(0);
    const weights = rows[y]!;
    for (let i = 0; i < weights.values.length; i++) {
      const weight = weights.values[i]!;
      const from = (weights.first + i) * line.length;
      for (let x = 0; x < line.length; x++) {
        line[x]! += weight * narrow[from + x]!;
      }
    }
    const to = y * line.length;
    for (let x = 0; x < line.length; x++) data[to + x] = line[x]! + 0.5;
  }
  return { data, width, height };
}

interface Weights {
  readonly first: number;
  readonly values: Float32Array;
}

/** For each output pixel along one axis: which input pixels count, and how much. */
function weightsFor(from: number, to: number): Weights[] {
  const scale = from / to;
  const reach = Math.max(1, scale);
  return Array.from({ length: to }, (_, index) => {
    const centre = (index + 0.5) * scale - 0.5;
    const first = Math.max(0, Math.ceil(centre - reach));
    const last = Math.min(from - 1, Math.floor(centre + reach));
    const values = Float32Array.from(
      { length: last - first + 1 },
      (_, i) => Math.max(0, 1 - Math.abs(first + i - centre) / reach),
    );
    const sum = values.reduce((total, value) => total + value, 0);
    return { first, values: values.map((value) => value / sum) };
  });
}

function resizeRows(
  photo: Photo,
  columns: Weights[],
  width: number,
): Float32Array {
  const out = new Float32Array(width * photo.height * 3);
  for (let y = 0; y < photo.height; y++) {
    const row = y * photo.width * 3;
    for (let x = 0; x < width; x++) {
      const { first, values } = columns[x]!;
      let r = 0, g = 0, b = 0;
      for (
        let i = 0, from = row + first * 3;
        i < values.length;
        i++, from += 3
      ) {
        const weight = values[i]!;
        r += weight * photo.data[from]!;
        g += weight * photo.data[from + 1]!;
        b += weight * photo.data[from + 2]!;
      }
      const to = (y * width + x) * 3;
      out[to] = r;
      out[to + 1] = g;
      out[to + 2] = b;
    }
  }
  return out;
}

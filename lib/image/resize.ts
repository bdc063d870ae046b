import type { Photo } from "./photo.ts";
import { chunk, startResizeKernels } from "./resize_kernel.ts";

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

let kernels: ReturnType<typeof startResizeKernels> | undefined;

/**
 * Resizes a photo with a triangle filter as wide as the shrinking asks for, so that fine detail
 * is averaged and does not alias (the filter of PIL's and libvips' "bilinear").
 *
 * @param width px, at least 1
 * @param height px, at least 1
 */
export function resize(photo: Photo, width: number, height: number): Photo {
  if (width === photo.width && height === photo.height) return photo;
  const { arena, addRows, narrowLine } = kernels ??= startResizeKernels();
  const columns = weightsFor(photo.width, width);
  const rows = weightsFor(photo.height, height);
  const pitch = photo.width * 3;
  const lineBytes = Math.ceil(pitch / chunk) * chunk * 4;
  const tapBytes = columns.taps * 4;
  const places = arena.layOut(
    rows.taps * pitch + chunk,
    lineBytes + 16,
    rows.values.byteLength,
    columns.values.byteLength,
    columns.first.byteLength,
    width * 3,
  );
  const [sourceAt, lineAt, rowsAt, columnsAt, firstsAt, outAt] = places;
  const { buffer } = arena.memory;
  const source = new Uint8Array(buffer, sourceAt, rows.taps * pitch);
  const out = new Uint8Array(buffer, outAt, width * 3);
  new Float32Array(buffer, rowsAt).set(rows.values);
  new Float32Array(buffer, columnsAt).set(columns.values);
  new Int32Array(buffer, firstsAt).set(columns.first.map((x) => x * 12));
  const data = new Uint8Array(width * height * 3);
  for (let y = 0; y < height; y++) {
    const first = rows.first[y]! * pitch;
    source.set(photo.data.subarray(first, first + rows.taps * pitch));
    const weights = rowsAt + y * rows.taps * 4;
    const weightsEnd = weights + rows.taps * 4;
    addRows(sourceAt, pitch, weights, weightsEnd, lineAt, lineAt + lineBytes);
    const firstsEnd = firstsAt + width * 4;
    narrowLine(lineAt, firstsAt, firstsEnd, columnsAt, tapBytes, outAt);
    data.set(out, y * width * 3);
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

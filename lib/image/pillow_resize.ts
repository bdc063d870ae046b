import type { PixelRect } from "./area_resize.ts";
import type { Photo } from "./photo.ts";
import { triangleWeights } from "./resize.ts";

/** Bits after the point of Pillow's fixed-point weights (PRECISION_BITS in its Resample.c). */
const precisionBits = 22;

/**
 * Cuts a rectangle out of a photo and resizes it as Pillow's `resize(..., Image.BILINEAR)` does: a
 * triangle filter as wide as the reduction, in fixed point, across and then down, rounded to
 * bytes after each (Resample.c). facenet-pytorch cuts its faces with it.
 *
 * @param rect inside the photo, at least one pixel
 */
export function resizeLikePillow(
  photo: Photo,
  rect: PixelRect,
  width: number,
  height: number,
): Photo {
  const rows = rect.bottom - rect.top;
  const across = new Uint8Array(width * rows * 3);
  const columns = wholeWeights(rect.right - rect.left, width);
  for (let y = 0; y < rows; y++) {
    const from = ((rect.top + y) * photo.width + rect.left) * 3;
    for (let x = 0; x < width; x++) {
      weigh(photo.data, from, 3, columns, x, across, (y * width + x) * 3);
    }
  }
  const data = new Uint8Array(width * height * 3);
  const lines = wholeWeights(rows, height);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      weigh(across, x * 3, width * 3, lines, y, data, (y * width + x) * 3);
    }
  }
  return { data, width, height };
}

/** The filter's weights as whole numbers, times 2^22. */
function wholeWeights(size: number, count: number) {
  const { values, ...places } = triangleWeights(size, count);
  const whole = (weight: number) =>
    Math.floor(0.5 + weight * 2 ** precisionBits);
  return { ...places, values: values.map(whole) };
}

/** Writes the weighted mean of the pixels that make pixel `index`, which lie `step` apart, all three channels. */
function weigh(
  source: Uint8Array,
  from: number,
  step: number,
  { first, values, taps }: ReturnType<typeof wholeWeights>,
  index: number,
  out: Uint8Array,
  to: number,
): void {
  for (let channel = 0; channel < 3; channel++) {
    let sum = 2 ** (precisionBits - 1);
    let at = from + first[index]! * step + channel;
    for (let tap = 0; tap < taps; tap++, at += step) {
      sum += source[at]! * values[index * taps + tap]!;
    }
    out[to + channel] = Math.min(255, sum >> precisionBits);
  }
}

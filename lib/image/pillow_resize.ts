import type { PixelRect } from "./area_resize.ts";
import type { Photo } from "./photo.ts";

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
  const columnTaps = triangleTaps(rect.right - rect.left, width);
  for (let y = 0; y < rows; y++) {
    const from = ((rect.top + y) * photo.width + rect.left) * 3;
    columnTaps.forEach((taps, x) => {
      weigh(photo.data, from, 3, taps, across, (y * width + x) * 3);
    });
  }
  const data = new Uint8Array(width * height * 3);
  triangleTaps(rows, height).forEach((taps, y) => {
    for (let x = 0; x < width; x++) {
      weigh(across, x * 3, width * 3, taps, data, (y * width + x) * 3);
    }
  });
  return { data, width, height };
}

/** The source pixels that make one pixel, and their weights times 2^22. */
interface Taps {
  readonly first: number;
  readonly weights: readonly number[];
}

function triangleTaps(size: number, count: number): Taps[] {
  const scale = size / count;
  const support = Math.max(scale, 1);
  return Array.from({ length: count }, (_, i) => {
    const centre = (i + 0.5) * scale;
    const first = Math.max(0, Math.floor(centre - support + 0.5));
    const end = Math.min(size, Math.floor(centre + support + 0.5));
    const weights = Array.from(
      { length: end - first },
      (_, k) => Math.max(0, 1 - Math.abs(first + k - centre + 0.5) / support),
    );
    const sum = weights.reduce((total, weight) => total + weight, 0);
    return {
      first,
      weights: weights.map((weight) =>
        Math.floor(0.5 + weight / sum * 2 ** precisionBits)
      ),
    };
  });
}

/** Writes the weighted mean of pixels that lie `step` apart, all three channels. */
function weigh(
  source: Uint8Array,
  from: number,
  step: number,
  { first, weights }: Taps,
  out: Uint8Array,
  to: number,
): void {
  for (let c = 0; c < 3; c++) {
    let sum = 2 ** (precisionBits - 1);
    let at = from + first * step + c;
    for (const weight of weights) {
      sum += source[at]! * weight;
      at += step;
    }
    out[to + c] = Math.min(255, sum >> precisionBits);
  }
}

import type { Photo } from "./photo.ts";

/** A rectangle of whole pixels: left and top are in it, right and bottom are not. */
export interface PixelRect {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

/**
 * Resizes parts of one photo by area, as torch.nn.functional.interpolate(mode="area") does: pixel
 * i of n averages the source pixels from floor(i * size / n) up to ceil((i + 1) * size / n). A
 * summed-area table (Crow, "Summed-area tables for texture mapping", SIGGRAPH 1984) makes each
 * average four look-ups whatever its size; sums of bytes in whole numbers keep it exact.
 */
export class AreaResizer {
  readonly #sums: Uint32Array;
  readonly #rowLength: number;

  constructor(readonly photo: Photo) {
    const { data, width, height } = photo;
    this.#rowLength = (width + 1) * 3;
    // A sum may pass 2^32; differences of four still come out right, as all wraps around alike.
    this.#sums = new Uint32Array(this.#rowLength * (height + 1));
    for (let y = 0, from = 0; y < height; y++) {
      let to = (y + 1) * this.#rowLength + 3;
      let red = 0, green = 0, blue = 0;
      for (let x = 0; x < width; x++, from += 3, to += 3) {
        red += data[from]!;
        green += data[from + 1]!;
        blue += data[from + 2]!;
        this.#sums[to] = this.#sums[to - this.#rowLength]! + red;
        this.#sums[to + 1] = this.#sums[to - this.#rowLength + 1]! + green;
        this.#sums[to + 2] = this.#sums[to - this.#rowLength + 2]! + blue;
      }
    }
  }

  /**
   * Writes a part of the photo as (value - 127.5) / 128, shape [height, width, 3].
   *
   * @param rect inside the photo, at least one pixel
   * @param at index in `out` of the first number
   */
  standardise(
    rect: PixelRect,
    width: number,
    height: number,
    out: Float32Array,
    at = 0,
  ): void {
    const columns = windows(rect.left, rect.right, width);
    const rows = windows(rect.top, rect.bottom, height);
    const sums = this.#sums;
    for (let v = 0, to = at; v < height; v++) {
      const upper = rows[v * 2]! * this.#rowLength;
      const lower = rows[v * 2 + 1]! * this.#rowLength;
      const windowHeight = rows[v * 2 + 1]! - rows[v * 2]!;
      for (let u = 0; u < width; u++) {
        const left = columns[u * 2]! * 3;
        const right = columns[u * 2 + 1]! * 3;
        const scale = 3 / (windowHeight * (right - left) * 128);
        for (let c = 0; c < 3; c++, to++) {
          const sum = sums[lower + right + c]! - sums[lower + left + c]! -
            sums[upper + right + c]! + sums[upper + left + c]!;
          out[to] = (sum >>> 0) * scale - 127.5 / 128;
        }
      }
    }
  }
}

/** First and past-the-last source pixel of each of `count` pixels, in pairs. */
function windows(start: number, end: number, count: number): Int32Array {
  const pairs = new Int32Array(count * 2);
  const size = end - start;
  for (let i = 0; i < count; i++) {
    pairs[i * 2] = start + Math.floor(i * size / count);
    pairs[i * 2 + 1] = start + Math.ceil((i + 1) * size / count);
  }
  return pairs;
}

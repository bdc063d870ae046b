import { Arena } from "../engine/kernels/arena.ts";
import {
  advance,
  f32x4,
  get,
  i16x8,
  i32,
  i32x4,
  loopWhile,
  moduleOf,
  set,
  v128,
} from "../engine/kernels/assembler.ts";
import type { Photo } from "./photo.ts";

/** A rectangle of whole pixels: left and top are in it, right and bottom are not. */
export interface PixelRect {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

/** Bytes of a place in the table: four 32-bit sums, of which the last is void. */
const placeBytes = 16;

const arena = new Arena();
const addRowKernel = arena.kernel<AddRow>(addRowModule);
const averageRowKernel = arena.kernel<AverageRow>(averageRowModule);

/**
 * Resizes parts of one photo by area, as torch.nn.functional.interpolate(mode="area") does: pixel
 * i of n averages the source pixels from floor(i * size / n) up to ceil((i + 1) * size / n). A
 * summed-area table (Crow, "Summed-area tables for texture mapping", SIGGRAPH 1984) makes each
 * average four look-ups whatever its size; sums of bytes in whole numbers keep it exact. All tables
 * lie in the same memory: one is valid until the next is made.
 */
export class AreaResizer {
  readonly #tableAt: number;
  readonly #windowsAt: number;
  readonly #outAt: number;
  readonly #rowBytes: number;

  constructor(readonly photo: Photo) {
    const addRow = addRowKernel();
    const { data, width, height } = photo;
    const rowBytes = (width + 1) * placeBytes;
    const mostPx = Math.max(width, height, 63) + 1;
    [this.#tableAt, this.#windowsAt, this.#outAt] = arena.layOut(
      rowBytes * (height + 1),
      mostPx * placeBytes,
      mostPx * placeBytes,
    );
    this.#rowBytes = rowBytes;
    const { buffer } = arena.memory;
    new Uint8Array(buffer, this.#tableAt, rowBytes).fill(0);
    const pixels = new Uint8Array(buffer, this.#outAt, width * 3);
    for (let y = 0; y < height; y++) {
      const above = this.#tableAt + y * rowBytes;
      const row = above + rowBytes;
      pixels.set(data.subarray(y * width * 3, (y + 1) * width * 3));
      new Uint8Array(buffer, row, placeBytes).fill(0);
      // A sum may pass 2^32; differences of four still come out right, as all wrap around alike.
      addRow(this.#outAt, above + placeBytes, row + placeBytes, row + rowBytes);
    }
  }

  /**
   * Writes a part of the photo as (value - 127.5) / 128, shape [height, width, 4], the fourth
   * channel 0.
   *
   * @param rect inside the photo, at least one pixel
   * @param width px, at most 64 or a pixel more than the photo's longer side; height as well
   * @param at index in `out` of the first number
   */
  standardise(
    rect: PixelRect,
    width: number,
    height: number,
    out: Float32Array,
    at = 0,
  ): void {
    const averageRow = averageRowKernel();
    const { buffer } = arena.memory;
    const places = new Int32Array(buffer, this.#windowsAt, width * 4);
    const factors = new Float32Array(buffer, this.#windowsAt, width * 4);
    const line = new Float32Array(buffer, this.#outAt, width * 4);
    const windowsEnd = this.#windowsAt + width * placeBytes;
    for (let v = 0, lastHeight = 0; v < height; v++) {
      const [top, bottom] = windowOf(rect.top, rect.bottom, height, v);
      if (bottom - top !== lastHeight) {
        lastHeight = bottom - top;
        for (let u = 0; u < width; u++) {
          const [left, right] = windowOf(rect.left, rect.right, width, u);
          places[u * 4] = left * placeBytes;
          places[u * 4 + 1] = right * placeBytes;
          factors[u * 4 + 2] = 1 / (lastHeight * (right - left) * 128);
        }
      }
      const upper = this.#tableAt + top * this.#rowBytes;
      const lower = this.#tableAt + bottom * this.#rowBytes;
      averageRow(upper, lower, this.#windowsAt, windowsEnd, this.#outAt);
      out.set(line, at + v * width * 4);
    }
  }
}

/** First and past-the-last source pixel of one of `count` pixels. */
function windowOf(
  start: number,
  end: number,
  count: number,
  index: number,
): [number, number] {
  const size = end - start;
  return [
    start + Math.floor(index * size / count),
    start + Math.ceil((index + 1) * size / count),
  ];
}

/** Adds up a row of pixels onto the table's row above it. All places in bytes. */
type AddRow = (
  pixels: number,
  above: number,
  row: number,
  rowEnd: number,
) => void;

/**
 * Averages windows between two rows of the table. Of a window 16 bytes tell: where its left and its
 * right side lie in a row, and what the sum is multiplied by.
 */
type AverageRow = (
  upper: number,
  lower: number,
  windows: number,
  windowsEnd: number,
  out: number,
) => void;

function addRowModule(): Uint8Array<ArrayBuffer> {
  const PIXELS = 0, ABOVE = 1, ROW = 2, ROW_END = 3, SUM = 4;
  const body = loopWhile([
    [get(PIXELS), v128.loadQuarter(0), i16x8.fromLowBytes, i32x4.fromLow16],
    [get(SUM), i32x4.add, set(SUM)],
    [get(ROW), get(SUM), get(ABOVE), v128.load(0), i32x4.add, f32x4.store(0)],
    advance(PIXELS, i32.constant(3)),
    advance(ABOVE, i32.constant(placeBytes)),
    advance(ROW, i32.constant(placeBytes)),
    [get(ROW), get(ROW_END), i32.lessThan],
  ]);
  return moduleOf({ i32: 4 }, { v128: 1 }, body);
}

function averageRowModule(): Uint8Array<ArrayBuffer> {
  const UPPER = 0, LOWER = 1, WINDOWS = 2, WINDOWS_END = 3, OUT = 4;
  const SIDE = 5, BELOW = 6;
  const rgb = v128.constant(
    Array.from({ length: 16 }, (_, i) => i < 12 ? 255 : 0),
  );
  /** What lies below the upper row and left of a window's side. */
  const sumUpTo = (side: number) => [
    [get(WINDOWS), i32.load(side * 4), set(SIDE)],
    [get(LOWER), get(SIDE), i32.add, v128.load(0)],
    [get(UPPER), get(SIDE), i32.add, v128.load(0)],
    i32x4.subtract,
  ];
  const body = loopWhile([
    [sumUpTo(0), set(BELOW), get(OUT), sumUpTo(1)],
    [get(BELOW), i32x4.subtract, f32x4.fromUnsigned],
    [get(WINDOWS), f32x4.loadSplat(8), f32x4.multiply],
    [f32x4.constant(127.5 / 128), f32x4.subtract],
    [rgb, v128.and, f32x4.store(0)],
    advance(OUT, i32.constant(placeBytes)),
    advance(WINDOWS, i32.constant(placeBytes)),
    [get(WINDOWS), get(WINDOWS_END), i32.lessThan],
  ]);
  return moduleOf({ i32: 5 }, { i32: 1, v128: 1 }, body);
}

import { Arena } from "../engine/kernels/arena.ts";
import {
  advance,
  each,
  f32x4,
  get,
  i16x8,
  i32,
  i32x4,
  loopWhile,
  moduleOf,
  set,
  storeRgb,
  v128,
} from "../engine/kernels/assembler.ts";
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

/** Numbers of a row that `addRows` works on at once. */
const chunk = 16;

const arena = new Arena();
const addRowsKernel = arena.kernel<AddRows>(addRowsModule);
const narrowLineKernel = arena.kernel<NarrowLine>(narrowLineModule);

/**
 * Resizes a photo with a triangle filter as wide as the shrinking asks for, so that fine detail
 * is averaged and does not alias (the filter of PIL's and libvips' "bilinear").
 *
 * @param width px, at least 1
 * @param height px, at least 1
 */
export function resize(photo: Photo, width: number, height: number): Photo {
  if (width === photo.width && height === photo.height) return photo;
  const [addRows, narrowLine] = [addRowsKernel(), narrowLineKernel()];
  const columns = triangleWeights(photo.width, width);
  const rows = triangleWeights(photo.height, height);
  const pitch = photo.width * 3;
  const lineBytes = Math.ceil(pitch / chunk) * chunk * 4;
  const tapBytes = columns.taps * 4;
  const places = arena.layOut(
    rows.taps * pitch + chunk,
    lineBytes + 16,
    height * rows.taps * 4,
    width * tapBytes,
    width * 4,
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
  readonly values: Float64Array;
  readonly taps: number;
}

/** The weights of a triangle filter that is as wide as the shrinking from one size to another asks for. */
export function triangleWeights(from: number, to: number): Weights {
  const scale = from / to;
  const reach = Math.max(1, scale);
  const taps = Math.min(from, Math.floor(2 * reach) + 1);
  const first = new Int32Array(to);
  const values = new Float64Array(to * taps);
  for (let index = 0, at = 0; index < to; index++, at += taps) {
    const centre = (index + 0.5) * scale - 0.5;
    // Near the far edge the window begins earlier, so that it never reads beyond.
    const start = Math.min(Math.max(0, Math.ceil(centre - reach)), from - taps);
    first[index] = start;
    let sum = 0;
    for (let tap = 0; tap < taps; tap++) {
      const weight = Math.max(0, 1 - Math.abs(start + tap - centre) / reach);
      values[at + tap] = weight;
      sum += weight;
    }
    for (let tap = 0; tap < taps; tap++) values[at + tap]! /= sum;
  }
  return { first, values, taps };
}

/**
 * Adds up rows of bytes, each times its weight, into a line of floats. Places in bytes; rows are
 * read and the line is written in chunks of 16 numbers.
 */
type AddRows = (
  firstRow: number,
  rowPitch: number,
  weights: number,
  weightsEnd: number,
  line: number,
  lineEnd: number,
) => void;

function addRowsModule(): Uint8Array<ArrayBuffer> {
  const ROWS = 0, PITCH = 1, WEIGHTS = 2, WEIGHTS_END = 3;
  const LINE = 4, LINE_END = 5;
  const ROW = 6, WEIGHT = 7, BYTES = 8, FACTOR = 9;
  const sum = (part: number) => 10 + part;
  const fourFloats = (part: number) => [
    get(BYTES),
    part < 2 ? i16x8.fromLowBytes : i16x8.fromHighBytes,
    part % 2 === 0 ? i32x4.fromLow16 : i32x4.fromHigh16,
    f32x4.fromIntegers,
  ];
  const body = loopWhile([
    each(4, (part) => [v128.zero, set(sum(part))]),
    [get(ROWS), set(ROW), get(WEIGHTS), set(WEIGHT)],
    loopWhile([
      [get(ROW), v128.load(0), set(BYTES)],
      [get(WEIGHT), f32x4.loadSplat(0), set(FACTOR)],
      each(4, (part) => [
        [fourFloats(part), get(FACTOR), f32x4.multiply],
        [get(sum(part)), f32x4.add, set(sum(part))],
      ]),
      advance(ROW, get(PITCH)),
      advance(WEIGHT, i32.constant(4)),
      [get(WEIGHT), get(WEIGHTS_END), i32.lessThan],
    ]),
    each(4, (part) => [get(LINE), get(sum(part)), f32x4.store(part * 16)]),
    advance(ROWS, i32.constant(chunk)),
    advance(LINE, i32.constant(chunk * 4)),
    [get(LINE), get(LINE_END), i32.lessThan],
  ]);
  return moduleOf({ i32: 6 }, { i32: 2, v128: 6 }, body);
}

/**
 * Averages along a line of RGB floats and writes rounded bytes: for each output pixel the next
 * entry of `firsts` says how many bytes into the line its first input pixel lies, and the next
 * `tapBytes` of `weights` are its 32-bit weights.
 */
type NarrowLine = (
  line: number,
  firsts: number,
  firstsEnd: number,
  weights: number,
  tapBytes: number,
  out: number,
) => void;

function narrowLineModule(): Uint8Array<ArrayBuffer> {
  const LINE = 0, FIRSTS = 1, FIRSTS_END = 2, WEIGHTS = 3, TAP_BYTES = 4;
  const OUT = 5, FROM = 6, END_OF_TAPS = 7, SUM = 8;
  const body = loopWhile([
    [f32x4.constant(0.5), set(SUM)],
    [get(FIRSTS), i32.load(0), get(LINE), i32.add, set(FROM)],
    [get(WEIGHTS), get(TAP_BYTES), i32.add, set(END_OF_TAPS)],
    loopWhile([
      [get(FROM), v128.load(0), get(WEIGHTS), f32x4.loadSplat(0)],
      [f32x4.multiply, get(SUM), f32x4.add, set(SUM)],
      advance(FROM, i32.constant(12)),
      advance(WEIGHTS, i32.constant(4)),
      [get(WEIGHTS), get(END_OF_TAPS), i32.lessThan],
    ]),
    [get(SUM), i32x4.fromFloats, set(SUM)],
    storeRgb(OUT, SUM),
    advance(OUT, i32.constant(3)),
    advance(FIRSTS, i32.constant(4)),
    [get(FIRSTS), get(FIRSTS_END), i32.lessThan],
  ]);
  return moduleOf({ i32: 6 }, { i32: 2, v128: 1 }, body);
}

import { Arena } from "../engine/kernels/arena.ts";
import {
  advance,
  f32x4,
  get,
  i16x8,
  I32,
  i32,
  i32x4,
  loopWhile,
  moduleOf,
  set,
  V128,
  v128,
} from "../engine/kernels/assembler.ts";

/** Numbers of a row that `addRows` works on at once. */
export const chunk = 16;

/** Both kernels of a resizing, in one memory. */
export function startResizeKernels() {
  const arena = new Arena();
  return {
    arena,
    addRows: arena.kernel<AddRows>(addRowsModule()),
    narrowLine: arena.kernel<NarrowLine>(narrowLineModule()),
  };
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
  const eachPart = (code: (part: number) => number[]) =>
    [0, 1, 2, 3].flatMap(code);
  const fourFloats = (part: number) => [
    ...get(BYTES),
    ...(part < 2 ? i16x8.fromLowBytes : i16x8.fromHighBytes),
    ...(part % 2 === 0 ? i32x4.fromLow16 : i32x4.fromHigh16),
    ...f32x4.fromIntegers,
  ];
  const body = loopWhile([
    ...eachPart((part) => [...v128.zero, ...set(sum(part))]),
    ...[...get(ROWS), ...set(ROW), ...get(WEIGHTS), ...set(WEIGHT)],
    ...loopWhile([
      ...[...get(ROW), ...v128.load(0), ...set(BYTES)],
      ...[...get(WEIGHT), ...f32x4.loadSplat(0), ...set(FACTOR)],
      ...eachPart((part) => [
        ...[...fourFloats(part), ...get(FACTOR), ...f32x4.multiply],
        ...[...get(sum(part)), ...f32x4.add, ...set(sum(part))],
      ]),
      ...advance(ROW, get(PITCH)),
      ...advance(WEIGHT, i32.constant(4)),
      ...[...get(WEIGHT), ...get(WEIGHTS_END), ...i32.lessThan],
    ]),
    ...eachPart((part) => [
      ...get(LINE),
      ...get(sum(part)),
      ...f32x4.store(part * 16),
    ]),
    ...advance(ROWS, i32.constant(chunk)),
    ...advance(LINE, i32.constant(chunk * 4)),
    ...[...get(LINE), ...get(LINE_END), ...i32.lessThan],
  ]);
  return moduleOf(new Array<number>(6).fill(I32), [
    { type: I32, count: 2 },
    { type: V128, count: 6 },
  ], body);
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
    ...[...f32x4.constant(0.5), ...set(SUM)],
    ...[...get(FIRSTS), ...i32.load(0), ...get(LINE), ...i32.add, ...set(FROM)],
    ...[...get(WEIGHTS), ...get(TAP_BYTES), ...i32.add, ...set(END_OF_TAPS)],
    ...loopWhile([
      ...[...get(FROM), ...v128.load(0), ...get(WEIGHTS)],
      ...[...f32x4.loadSplat(0), ...f32x4.multiply],
      ...[...get(SUM), ...f32x4.add, ...set(SUM)],
      ...advance(FROM, i32.constant(12)),
      ...advance(WEIGHTS, i32.constant(4)),
      ...[...get(WEIGHTS), ...get(END_OF_TAPS), ...i32.lessThan],
    ]),
    ...[...get(SUM), ...i32x4.fromFloats, ...set(SUM)],
    ...[0, 1, 2].flatMap((channel) => [
      ...[...get(OUT), ...get(SUM)],
      ...[...i32x4.lane(channel), ...i32.storeByte(channel)],
    ]),
    ...advance(OUT, i32.constant(3)),
    ...advance(FIRSTS, i32.constant(4)),
    ...[...get(FIRSTS), ...get(FIRSTS_END), ...i32.lessThan],
  ]);
  return moduleOf(new Array<number>(6).fill(I32), [
    { type: I32, count: 2 },
    { type: V128, count: 1 },
  ], body);
}

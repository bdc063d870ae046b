import { Arena } from "../engine/kernels/arena.ts";
import {
  advance,
  F32,
  f32x4,
  get,
  I32,
  i32,
  i32x4,
  loopWhile,
  moduleOf,
  set,
  tee,
  V128,
  v128,
} from "../engine/kernels/assembler.ts";

/** Places in a photo are whole numbers of this fraction of a pixel. */
export const fractionBits = 11;
/** A sample's four weights sum to this power of two, so that each fits 16 bits with sign. */
export const weightBits = 14;
/** Bytes behind the photo that the kernel may read; what it reads there weighs nothing. */
export const readBehind = 16;

/**
 * Samples one row of a turned square. Steps are four floats in memory: x, y, x, y, in fractions
 * of a pixel.
 *
 * @param pixels place of the photo's first byte
 * @param pitch bytes of a row of the photo
 * @param limits place of four integers: the greatest x, y, x, y a sample may have
 * @param steps place of the steps, 16 bytes each: start, to the next pixel, to the next sample of
 *   a row of samples, to the next row of samples
 * @param perSide rows of samples in a pixel, and samples in such a row
 * @param out place of the row's first byte
 * @param outEnd place behind its last
 * @param share what the sum of a pixel's samples is multiplied by
 */
type SampleRow = (
  pixels: number,
  pitch: number,
  limits: number,
  steps: number,
  perSide: number,
  out: number,
  outEnd: number,
  share: number,
) => void;

/** The kernel and the memory it works in. */
export function startSampleKernel() {
  const arena = new Arena();
  return { arena, sampleRow: arena.kernel<SampleRow>(sampleRowModule()) };
}

function sampleRowModule(): Uint8Array<ArrayBuffer> {
  const PIXELS = 0, PITCH = 1, LIMITS = 2, STEPS = 3, PER_SIDE = 4;
  const OUT = 5, OUT_END = 6, SHARE = 7;
  const ROWS_LEFT = 8, LEFT = 9, X = 10, Y = 11, AT = 12, SE = 13;
  const PIXEL = 14, ROW = 15, SAMPLE = 16, PLACE = 17, SUM = 18;
  /** Red, green and blue of two neighbours, side by side as 16-bit integers. */
  const pairs = v128.constant(
    [0, 3, 1, 4, 2, 5].flatMap((byte) => [byte, 255]).concat(
      new Array<number>(4).fill(255),
    ),
  );
  const weighNeighbours = (weights: number[]) => [
    ...[...get(AT), ...v128.loadHalf(0), ...pairs, ...v128.swizzle],
    ...[...weights, ...i32x4.splat, ...i32x4.dotOf16],
    ...[...get(SUM), ...i32x4.add, ...set(SUM)],
  ];
  /** Two weights in one integer, the left neighbour's in the lower half. */
  const pair = (left: number[], right: number[]) => [
    ...[...right, ...i32.constant(16), ...i32.shiftLeft],
    ...[...left, ...i32.or],
  ];
  const one = 1 << weightBits;
  const part = (axis: number) => [
    ...[...get(axis), ...i32.constant((1 << fractionBits) - 1), ...i32.and],
    ...[...i32.constant(weightBits - fractionBits), ...i32.shiftLeft],
  ];
  const whole = (axis: number) => [
    ...get(axis),
    ...[...i32.constant(fractionBits), ...i32.shiftRight],
  ];
  const step = (local: number, offset: number) => [
    ...[...get(local), ...get(STEPS), ...v128.load(offset)],
    ...[...f32x4.add, ...set(local)],
  ];
  const sample = [
    ...[...get(SAMPLE), ...i32x4.fromFloats, ...v128.zero, ...i32x4.greater],
    ...[...get(LIMITS), ...v128.load(0), ...i32x4.lesser, ...set(PLACE)],
    ...[...get(PLACE), ...i32x4.lane(0), ...set(X)],
    ...[...get(PLACE), ...i32x4.lane(1), ...set(Y)],
    ...[...whole(Y), ...get(PITCH), ...i32.multiply],
    ...[...whole(X), ...i32.constant(3), ...i32.multiply, ...i32.add],
    ...[...get(PIXELS), ...i32.add, ...set(AT)],
    ...[...part(X), ...set(X), ...part(Y), ...set(Y)],
    ...[...get(X), ...get(Y), ...i32.multiply],
    ...[...i32.constant(weightBits), ...i32.shiftRight, ...set(SE)],
    // Upper left is what the other three leave: 1 - x - y + x y.
    ...weighNeighbours(pair(
      [
        ...[...i32.constant(one), ...get(X), ...i32.subtract],
        ...[...get(Y), ...i32.subtract, ...get(SE), ...i32.add],
      ],
      [...get(X), ...get(SE), ...i32.subtract],
    )),
    ...advance(AT, get(PITCH)),
    ...weighNeighbours(
      pair([...get(Y), ...get(SE), ...i32.subtract], get(SE)),
    ),
  ];
  const countDown = (local: number) => [
    ...[...i32.constant(0), ...get(local), ...i32.constant(1)],
    ...[...i32.subtract, ...tee(local), ...i32.lessThan],
  ];
  const body = [
    ...[...get(STEPS), ...v128.load(0), ...set(PIXEL)],
    ...loopWhile([
      ...[...v128.zero, ...set(SUM), ...get(PIXEL), ...set(ROW)],
      ...[...get(PER_SIDE), ...set(ROWS_LEFT)],
      ...loopWhile([
        ...[...get(ROW), ...set(SAMPLE), ...get(PER_SIDE), ...set(LEFT)],
        ...loopWhile([...sample, ...step(SAMPLE, 32), ...countDown(LEFT)]),
        ...step(ROW, 48),
        ...countDown(ROWS_LEFT),
      ]),
      ...[...get(SUM), ...f32x4.fromIntegers],
      ...[...get(SHARE), ...f32x4.splat, ...f32x4.multiply],
      ...[...f32x4.constant(0.5), ...f32x4.add],
      ...[...i32x4.fromFloats, ...set(SUM)],
      ...[0, 1, 2].flatMap((channel) => [
        ...[...get(OUT), ...get(SUM)],
        ...[...i32x4.lane(channel), ...i32.storeByte(channel)],
      ]),
      ...step(PIXEL, 16),
      ...advance(OUT, i32.constant(3)),
      ...[...get(OUT), ...get(OUT_END), ...i32.lessThan],
    ]),
  ];
  return moduleOf([...new Array<number>(7).fill(I32), F32], [
    { type: I32, count: 6 },
    { type: V128, count: 5 },
  ], body);
}

import { Arena } from "../engine/kernels/arena.ts";
import {
  advance,
  type Code,
  f32x4,
  get,
  i32,
  i32x4,
  loopWhile,
  moduleOf,
  set,
  storeRgb,
  tee,
  v128,
} from "../engine/kernels/assembler.ts";
import type { Photo } from "./photo.ts";
import type { Similarity } from "./similarity.ts";

/** Places in a photo are whole numbers of this fraction of a pixel. */
const fractionBits = 11;
/** A sample's four weights sum to this power of two, so that each fits 16 bits with sign. */
const weightBits = 14;
/** Bytes behind the photo that the kernel may read; what it reads there weighs nothing. */
const readBehind = 16;
const one = 1 << fractionBits;
/** More samples a pixel than this squared would overflow the sum of them. */
const mostPerSide = 22;

const arena = new Arena();
const sampleRowKernel = arena.kernel<SampleRow>(sampleRowModule);

/**
 * Cuts a square of `sizePx` out of a photo; `map` takes its pixels to the photo's. Bilinear; where one pixel
 * of the result covers several of the photo, that many are averaged, so that detail does not
 * alias. Beyond the photo's edge the nearest edge pixel counts.
 */
export function sampleSquare(
  photo: Photo,
  map: Similarity,
  sizePx: number,
): Photo {
  const sampleRow = sampleRowKernel();
  const { a, b } = map;
  const perSide = Math.min(
    mostPerSide,
    Math.max(1, Math.ceil(Math.hypot(a, b) - 0.25)),
  );
  const step = 1 / perSide;
  const share = 1 / (perSide * perSide * (1 << weightBits));
  const { top, rows } = rowsUnder(photo, map, sizePx);
  const pitch = photo.width * 3;
  const [limitsAt, stepsAt, outAt, pixelsAt] = arena.layOut(
    16,
    64,
    sizePx * 3,
    rows.length + pitch + readBehind,
  );
  const { buffer } = arena.memory;
  new Uint8Array(buffer, pixelsAt).set(rows);
  const lastX = (photo.width - 1) * one;
  const lastY = (rows.length / pitch - 1) * one;
  new Int32Array(buffer, limitsAt, 4).set([lastX, lastY, lastX, lastY]);
  const steps = new Float32Array(buffer, stepsAt, 16);
  const line = new Uint8Array(buffer, outAt, sizePx * 3);
  const data = new Uint8Array(sizePx * sizePx * 3);
  const across = [a * one, b * one] as const;
  const down = [-b * one, a * one] as const;
  const both = (x: number, y: number) => [x, y, x, y];
  const first = 0.5 * step - 0.5;
  for (let v = 0; v < sizePx; v++) {
    // Half a unit is added so that cutting to whole ones rounds.
    const x = map.tx * one + across[0] * first + down[0] * (v + first) + 0.5;
    const y = (map.ty - top) * one + across[1] * first +
      down[1] * (v + first) + 0.5;
    steps.set([
      ...both(x, y),
      ...both(...across),
      ...both(across[0] * step, across[1] * step),
      ...both(down[0] * step, down[1] * step),
    ]);
    const end = outAt + sizePx * 3;
    sampleRow(pixelsAt, pitch, limitsAt, stepsAt, perSide, outAt, end, share);
    data.set(line, v * sizePx * 3);
  }
  return { data, width: sizePx, height: sizePx };
}

/** The photo's rows that a square reaches, at least one. */
function rowsUnder(
  { data, width, height }: Photo,
  { a, b, ty }: Similarity,
  sizePx: number,
): { top: number; rows: Uint8Array } {
  const corners = [-1, sizePx].flatMap((u) =>
    [-1, sizePx].map((v) => b * u + a * v + ty)
  );
  const within = (y: number) => Math.min(Math.max(y, 0), height - 1);
  const top = within(Math.floor(Math.min(...corners)));
  const bottom = within(Math.ceil(Math.max(...corners)) + 1);
  const pitch = width * 3;
  return { top, rows: data.subarray(top * pitch, (bottom + 1) * pitch) };
}

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

function sampleRowModule(): Uint8Array<ArrayBuffer> {
  const PIXELS = 0, PITCH = 1, LIMITS = 2, STEPS = 3, PER_SIDE = 4;
  const OUT = 5, OUT_END = 6, SHARE = 7;
  const ROWS_LEFT = 8, LEFT = 9, X = 10, Y = 11, AT = 12, SE = 13;
  const PIXEL = 14, ROW = 15, SAMPLE = 16, PLACE = 17, SUM = 18;
  /** Red, green and blue of two neighbours, side by side as 16-bit integers. */
  const neighbours = [0, 3, 1, 4, 2, 5].flatMap((byte) => [byte, 255]);
  const pairs = v128.constant([...neighbours, 255, 255, 255, 255]);
  const weighNeighbours = (weights: Code) => [
    [get(AT), v128.loadHalf(0), pairs, v128.swizzle],
    [weights, i32x4.splat, i32x4.dotOf16, get(SUM), i32x4.add, set(SUM)],
  ];
  /** Two weights in one integer, the left neighbour's in the lower half. */
  const pair = (left: Code, right: Code) => [
    [right, i32.constant(16), i32.shiftLeft, left, i32.or],
  ];
  const part = (axis: number) => [
    [get(axis), i32.constant((1 << fractionBits) - 1), i32.and],
    [i32.constant(weightBits - fractionBits), i32.shiftLeft],
  ];
  const whole = (axis: number) => [
    [get(axis), i32.constant(fractionBits), i32.shiftRight],
  ];
  const step = (local: number, offset: number) => [
    [get(local), get(STEPS), v128.load(offset), f32x4.add, set(local)],
  ];
  /** What the other three weights leave: 1 - x - y + x y. */
  const upperLeft = [
    [i32.constant(1 << weightBits), get(X), i32.subtract],
    [get(Y), i32.subtract, get(SE), i32.add],
  ];
  const sample = [
    [get(SAMPLE), i32x4.fromFloats, v128.zero, i32x4.greater],
    [get(LIMITS), v128.load(0), i32x4.lesser, set(PLACE)],
    [get(PLACE), i32x4.lane(0), set(X), get(PLACE), i32x4.lane(1), set(Y)],
    [whole(Y), get(PITCH), i32.multiply],
    [whole(X), i32.constant(3), i32.multiply, i32.add],
    [get(PIXELS), i32.add, set(AT)],
    [part(X), set(X), part(Y), set(Y)],
    [get(X), get(Y), i32.multiply],
    [i32.constant(weightBits), i32.shiftRight, set(SE)],
    weighNeighbours(pair(upperLeft, [get(X), get(SE), i32.subtract])),
    advance(AT, get(PITCH)),
    weighNeighbours(pair([get(Y), get(SE), i32.subtract], get(SE))),
  ];
  const countDown = (local: number) => [
    [i32.constant(0), get(local), i32.constant(1), i32.subtract],
    [tee(local), i32.lessThan],
  ];
  const body = [
    [get(STEPS), v128.load(0), set(PIXEL)],
    loopWhile([
      [
        v128.zero,
        set(SUM),
        get(PIXEL),
        set(ROW),
        get(PER_SIDE),
        set(ROWS_LEFT),
      ],
      loopWhile([
        [get(ROW), set(SAMPLE), get(PER_SIDE), set(LEFT)],
        loopWhile([sample, step(SAMPLE, 32), countDown(LEFT)]),
        step(ROW, 48),
        countDown(ROWS_LEFT),
      ]),
      [get(SUM), f32x4.fromIntegers, get(SHARE), f32x4.splat, f32x4.multiply],
      [f32x4.constant(0.5), f32x4.add, i32x4.fromFloats, set(SUM)],
      storeRgb(OUT, SUM),
      step(PIXEL, 16),
      advance(OUT, i32.constant(3)),
      [get(OUT), get(OUT_END), i32.lessThan],
    ]),
  ];
  return moduleOf({ i32: 7, f32: 1 }, { i32: 6, v128: 5 }, body);
}

import {
  advance,
  type Code,
  each,
  f32x4,
  get,
  i32,
  loopWhile,
  moduleOf,
  set,
  v128,
} from "./assembler.ts";

/** Output channels that a tile is wide: two SIMD registers. Weights lie in panels of as many. */
export const panelWidth = 8;
/** Most pixels of a tile: 6 x 2 sums, 2 weights and 1 input fill the 15 registers V8 hands out. */
export const mostPixels = 6;
/** Numbers of a pixel's input that one turn of the inner loop takes; runs must divide by it. */
export const runUnit = 4;

const vectors = panelWidth / 4;

/**
 * Convolves some lines of pixels with one panel of weights. All places and steps are in bytes.
 *
 * @param input of the first tile's first pixel
 * @param inputStep from a pixel to the next
 * @param runBytes of the numbers one kernel row covers; they lie one after the other
 * @param inputPitch from where a run ends to where the next kernel row's begins
 * @param weights where the panel starts
 * @param weightsEnd where it ends
 * @param output of the first pixel
 * @param outputStep from a pixel to the next
 * @param bias of the panel's channels
 * @param tiles how many tiles lie side by side in the line
 * @param slopes of the panel's channels below zero, for PReLU; read by its kernel only
 * @param low least value written
 * @param high greatest value written
 */
export type RunTiles = (
  input: number,
  inputStep: number,
  runBytes: number,
  inputPitch: number,
  weights: number,
  weightsEnd: number,
  output: number,
  outputStep: number,
  bias: number,
  tiles: number,
  slopes: number,
  low: number,
  high: number,
) => void;

const INPUT = 0;
const INPUT_STEP = 1;
const RUN_BYTES = 2;
const INPUT_PITCH = 3;
const WEIGHTS = 4;
const WEIGHTS_END = 5;
const OUTPUT = 6;
const OUTPUT_STEP = 7;
const BIAS = 8;
const TILES = 9;
const SLOPES = 10;
const LOW = 11;
const HIGH = 12;

/**
 * The inner loops of a convolution for tiles of `pixels` x 8 numbers, as a WebAssembly module.
 * Where the engine knows relaxed SIMD, a multiplication and an addition are one instruction,
 * which XNNPACK's build in TensorFlow.js does not use: it takes two thirds of its time.
 *
 * @param prelu whether sums below zero are multiplied by their channel's slope, instead of all
 *   being kept between low and high (He et al., "Delving deep into rectifiers", 2015)
 */
export function convModule(pixels: number, prelu: boolean): WebAssembly.Module {
  const relaxed = convBytes(pixels, prelu, true);
  return new WebAssembly.Module(
    WebAssembly.validate(relaxed) ? relaxed : convBytes(pixels, prelu, false),
  );
}

function convBytes(
  pixels: number,
  prelu: boolean,
  relaxed: boolean,
): Uint8Array<ArrayBuffer> {
  const AT = HIGH + 1;
  const RUN_END = AT + 1;
  const place = (pixel: number) => AT + 2 + pixel;
  const sum = (pixel: number, vector: number) =>
    AT + 2 + pixels + pixel * vectors + vector;
  const weight = (vector: number) => sum(pixels, vector);
  const VALUE = weight(vectors);
  const eachPixel = (code: (pixel: number) => Code) => each(pixels, code);
  const eachVector = (code: (vector: number) => Code) => each(vectors, code);
  const multiplyAdd = (pixel: number, vector: number) => [
    [get(VALUE), get(weight(vector))],
    relaxed
      ? [get(sum(pixel, vector)), f32x4.relaxedMultiplyAdd]
      : [f32x4.multiply, get(sum(pixel, vector)), f32x4.add],
    set(sum(pixel, vector)),
  ];
  const oneNumber = (k: number) => [
    eachVector((v) => [
      [get(AT), f32x4.load((k * vectors + v) * 16), set(weight(v))],
    ]),
    eachPixel((p) => [
      [get(place(p)), f32x4.loadSplat(k * 4), set(VALUE)],
      eachVector((v) => multiplyAdd(p, v)),
    ]),
  ];
  const run = loopWhile([
    each(runUnit, oneNumber),
    eachPixel((p) => advance(place(p), i32.constant(runUnit * 4))),
    advance(AT, i32.constant(runUnit * panelWidth * 4)),
    [get(place(0)), get(RUN_END), i32.lessThan],
  ]);
  const kernelRows = loopWhile([
    [get(place(0)), get(RUN_BYTES), i32.add, set(RUN_END)],
    run,
    eachPixel((p) => advance(place(p), get(INPUT_PITCH))),
    [get(AT), get(WEIGHTS_END), i32.lessThan],
  ]);
  const clamped = (pixel: number, vector: number) => [
    [get(sum(pixel, vector)), get(LOW), f32x4.splat, f32x4.greater],
    [get(HIGH), f32x4.splat, f32x4.lesser],
  ];
  const bent = (pixel: number, vector: number) => [
    [get(sum(pixel, vector)), v128.zero, f32x4.greater],
    [get(sum(pixel, vector)), v128.zero, f32x4.lesser],
    [get(SLOPES), f32x4.load(vector * 16), f32x4.multiply, f32x4.add],
  ];
  const tile = [
    eachPixel((p) => [
      p === 0 ? get(INPUT) : [get(place(p - 1)), get(INPUT_STEP), i32.add],
      set(place(p)),
      eachVector((v) => [get(BIAS), f32x4.load(v * 16), set(sum(p, v))]),
    ]),
    [get(WEIGHTS), set(AT)],
    kernelRows,
    eachPixel((p) => [
      eachVector((v) => [
        get(OUTPUT),
        (prelu ? bent : clamped)(p, v),
        f32x4.store(v * 16),
      ]),
      advance(OUTPUT, get(OUTPUT_STEP)),
      advance(INPUT, get(INPUT_STEP)),
    ]),
  ];
  const tiles = loopWhile([
    tile,
    advance(TILES, i32.constant(-1)),
    [i32.constant(0), get(TILES), i32.lessThan],
  ]);
  const locals = {
    i32: 2 + pixels,
    v128: pixels * vectors + vectors + 1,
  };
  return moduleOf({ i32: 11, f32: 2 }, locals, tiles);
}

import { tf } from "./backend.ts";
import {
  convModule,
  mostPixels,
  panelWidth,
  type RunTiles,
} from "../kernels/conv_kernel.ts";
import { type PackedConv, roundUp } from "./pack_conv.ts";
import { placeOf, tensorKernel, unwrittenTensor } from "./tensor_memory.ts";

/** What is done to each sum before it is written. */
export type Activation = "linear" | "relu" | "relu6" | "prelu";

const ranges: Record<string, readonly [number, number]> = {
  linear: [-Infinity, Infinity],
  relu: [0, Infinity],
  relu6: [0, 6],
};

/** Input that is worked on with all panels before going on, bytes: half of a small L2 cache. */
const blockBytes = 256 * 1024;

/**
 * Convolution, bias and activation in one pass. The result has as many channels as the weights
 * were filled up to.
 *
 * @param x [n, height, width, in]
 * @param pad "same" as TensorFlow pads
 */
export function conv(
  x: tf.Tensor4D,
  weights: PackedConv,
  stride: number,
  activation: Activation,
  pad: "same" | "valid" = "same",
): tf.Tensor4D {
  const [panels, height, width, depth] = weights.panels.shape;
  const isPoint = height * width * stride === 1 && x.shape[3] === depth;
  const input = isPoint ? x : padInput(x, weights.panels.shape, stride, pad);
  const [count, inHeight, inWidth] = input.shape;
  const outHeight = Math.floor((inHeight - height) / stride) + 1;
  const outWidth = Math.floor((inWidth - width) / stride) + 1;
  const output = unwrittenTensor<tf.Tensor4D>([
    count,
    outHeight,
    outWidth,
    panels * panelWidth,
  ]);
  const lines = isPoint
    ? pointLines(count * outHeight * outWidth, depth * 4)
    : rowLines(input.shape, output.shape, stride);
  convLines(lines, input, weights, output, stride, activation);
  if (input !== x) input.dispose();
  return output;
}

/** Pixels that lie at even distances in input and output. */
interface Line {
  /** Bytes from the input's start. */
  readonly from: number;
  /** Pixels from the output's start. */
  readonly to: number;
  readonly pixels: number;
}

/** All pixels as one line, in pieces that stay in the cache. */
function pointLines(pixels: number, pixelBytes: number): Line[] {
  const most = roundUp(Math.ceil(blockBytes / pixelBytes), mostPixels);
  return Array.from({ length: Math.ceil(pixels / most) }, (_, i) => ({
    from: i * most * pixelBytes,
    to: i * most,
    pixels: Math.min(most, pixels - i * most),
  }));
}

/** A line for each row of the output. */
function rowLines(
  [, inHeight, inWidth, depth]: tf.Tensor4D["shape"],
  [count, outHeight, outWidth]: tf.Tensor4D["shape"],
  stride: number,
): Line[] {
  return Array.from({ length: count * outHeight }, (_, i) => {
    const row = Math.floor(i / outHeight) * inHeight + i % outHeight * stride;
    const from = row * inWidth * depth * 4;
    return { from, to: i * outWidth, pixels: outWidth };
  });
}

function convLines(
  lines: readonly Line[],
  input: tf.Tensor4D,
  { panels, bias, slopes = bias }: PackedConv,
  output: tf.Tensor4D,
  stride: number,
  activation: Activation,
): void {
  const [panelCount, height, width, depth] = panels.shape;
  const pixelBytes = depth * 4;
  const runBytes = width * pixelBytes;
  const pitch = input.shape[2] * pixelBytes - runBytes;
  const outputStep = panelCount * panelWidth * 4;
  const panelBytes = height * runBytes * panelWidth;
  const prelu = activation === "prelu";
  const [low, high] = ranges[activation] ?? [0, 0];
  const [inputAt, outputAt] = [placeOf(input), placeOf(output)];
  const [biasAt, slopesAt] = [placeOf(bias), placeOf(slopes)];
  const panelsAt = placeOf(panels);
  const run = (line: Line, panel: number, pixel: number, tiles: Tiles) =>
    tiles.run(
      inputAt + line.from + pixel * stride * pixelBytes,
      stride * pixelBytes,
      runBytes,
      pitch,
      panelsAt + panel * panelBytes,
      panelsAt + (panel + 1) * panelBytes,
      outputAt + (line.to + pixel) * outputStep + panel * panelWidth * 4,
      outputStep,
      biasAt + panel * panelWidth * 4,
      tiles.count,
      slopesAt + panel * panelWidth * 4,
      low,
      high,
    );
  for (const line of lines) {
    const tiles = tilesOf(line.pixels, prelu);
    const covered = tiles.count * tiles.pixels;
    const last = { ...tiles, count: 1 };
    for (let panel = 0; panel < panelCount; panel++) {
      run(line, panel, 0, tiles);
      // The last tile overlaps the one before it where the line does not divide.
      if (covered < line.pixels) {
        run(line, panel, line.pixels - tiles.pixels, last);
      }
    }
  }
}

/** By pixels of a tile, without PReLU and with it. */
const kernels = [false, true].map((prelu) =>
  Array.from(
    { length: mostPixels + 1 },
    (_, pixels) => tensorKernel<RunTiles>(() => convModule(pixels, prelu)),
  )
);

interface Tiles {
  readonly pixels: number;
  readonly count: number;
  readonly run: RunTiles;
}

/** The tiles that cost least for a line: a tile costs its pixels and its loads of weights. */
function tilesOf(linePixels: number, prelu: boolean): Tiles {
  let pixels = 1;
  const cost = (size: number) => Math.ceil(linePixels / size) * (size + 2);
  for (let size = 2; size <= Math.min(mostPixels, linePixels); size++) {
    if (cost(size) <= cost(pixels)) pixels = size;
  }
  const count = Math.floor(linePixels / pixels);
  return { pixels, count, run: kernels[prelu ? 1 : 0]![pixels]!() };
}

/** Zeros around the picture and behind its channels, as far as the convolution needs them. */
function padInput(
  x: tf.Tensor4D,
  [, height, width, depth]: readonly [number, number, number, number, number],
  stride: number,
  pad: "same" | "valid",
): tf.Tensor4D {
  const around = (size: number, filter: number): [number, number] => {
    if (pad === "valid") return [0, 0];
    const missing = (Math.ceil(size / stride) - 1) * stride + filter - size;
    const before = Math.max(0, missing) >> 1;
    return [before, Math.max(0, missing) - before];
  };
  const rows = around(x.shape[1], height);
  const columns = around(x.shape[2], width);
  const channels = depth - x.shape[3];
  if (rows[0] + rows[1] + columns[0] + columns[1] + channels === 0) {
    return x.clone();
  }
  return tf.pad(x, [[0, 0], rows, columns, [0, channels]]);
}

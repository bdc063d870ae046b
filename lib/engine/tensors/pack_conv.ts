import { tf } from "./backend.ts";
import { panelWidth, runUnit } from "../kernels/conv_kernel.ts";
import type { Numbers } from "./model_weights.ts";
import {
  numbersOf,
  placeOf,
  tensorKernel,
  unwrittenTensor,
} from "./tensor_memory.ts";
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
  v128,
} from "../kernels/assembler.ts";

/** A convolution's weights in the order in which its kernel reads them. */
export type PackedConv = {
  /** [ceil(out / 8), height, width, in, 8], `in` rounded up to 4 or a multiple of 8 */
  readonly panels: tf.Tensor5D;
  /** [ceil(out / 8) * 8] */
  readonly bias: tf.Tensor1D;
  /** Slopes below zero, [ceil(out / 8) * 8]; present where the activation is PReLU. */
  readonly slopes?: tf.Tensor1D;
};

/**
 * Packs a convolution. Channels are filled up with zeros: outputs to a multiple of 8, inputs to
 * 4 or, as another convolution gives them, to a multiple of 8.
 *
 * @param filter [height, width, in, out]
 * @param bias [out]
 * @param scale [out], multiplied onto the filter's output channels
 * @param slopes [out], of PReLU
 */
export function packConv(
  filter: Numbers,
  bias: Float32Array,
  { scale, slopes }: { scale?: Float32Array; slopes?: Float32Array } = {},
): PackedConv {
  const [height, width, inputs, outputs] = filter.shape as Four;
  const factors = scale ?? new Float32Array(outputs).fill(1);
  const depth = inputs <= runUnit ? runUnit : roundUp(inputs, panelWidth);
  const shape = [Math.ceil(outputs / panelWidth), height, width, depth];
  const panels = unwrittenTensor<tf.Tensor5D>([...shape, panelWidth]);
  const { quantized } = filter;
  const isWhole = depth === inputs && outputs % panelWidth === 0;
  if (quantized !== undefined && isWhole) {
    unpackPanels(quantized, height * width * depth, factors, panels);
  } else {
    packNumbers(filter, factors, panels);
  }
  const filledUp = (numbers: Float32Array) => {
    const full = new Float32Array(shape[0]! * panelWidth);
    full.set(numbers);
    return tf.tensor1d(full);
  };
  return {
    panels,
    bias: filledUp(bias),
    ...slopes && { slopes: filledUp(slopes) },
  };
}

/** Reads one tensor of a PyTorch state dict: a convolution's weight is [out, in, height, width]. */
export type ReadTensor = (
  name: string,
) => { shape: readonly number[]; data: Float32Array<ArrayBuffer> };

/** A convolution's filter from PyTorch's [out, in, height, width] to [height, width, in, out]. */
export function torchFilter(read: ReadTensor, name: string): Numbers {
  const { shape, data } = read(`${name}.weight`);
  const [outputs, inputs, height = 1, width = 1] = shape as [number, number];
  const area = height * width;
  const turned = new Float32Array(data.length);
  for (let out = 0, from = 0; out < outputs; out++) {
    for (let i = 0; i < inputs; i++) {
      for (let place = 0; place < area; place++, from++) {
        turned[(place * inputs + i) * outputs + out] = data[from]!;
      }
    }
  }
  return { shape: [height, width, inputs, outputs], data: turned };
}

type Four = readonly [number, number, number, number];

/** Packs one number at a time, zeros where channels are filled up. */
function packNumbers(
  { shape, data }: Numbers,
  factors: Float32Array,
  panels: tf.Tensor5D,
): void {
  const [height, width, inputs, outputs] = shape as Four;
  const depth = panels.shape[3];
  const packed = numbersOf(panels);
  packed.fill(0);
  for (let first = 0, to = 0; first < outputs; first += panelWidth) {
    const last = Math.min(first + panelWidth, outputs);
    for (let place = 0, row = first; place < height * width; place++) {
      for (let i = 0; i < inputs; i++, row += outputs, to += panelWidth) {
        for (let out = first; out < last; out++) {
          packed[to + out - first] = data[row + out - first]! * factors[out]!;
        }
      }
      to += (depth - inputs) * panelWidth;
    }
  }
}

const unpackPanel = tensorKernel<UnpackPanel>(unpackModule);

/** Packs bytes, eight at a time. */
function unpackPanels(
  { bytes, scale, min }: NonNullable<Numbers["quantized"]>,
  rows: number,
  factors: Float32Array,
  panels: tf.Tensor5D,
): void {
  const [count] = panels.shape;
  const source = unwrittenTensor<tf.Tensor1D>([bytes.length / 4]);
  const channels = unwrittenTensor<tf.Tensor1D>([panelWidth + 1]);
  const sourceAt = placeOf(source);
  new Uint8Array(numbersOf(source).buffer, sourceAt).set(bytes);
  const constants = numbersOf(channels);
  constants[panelWidth] = min / scale;
  const panelBytes = rows * panelWidth * 4;
  for (let panel = 0; panel < count; panel++) {
    const first = panel * panelWidth;
    for (let i = 0; i < panelWidth; i++) {
      constants[i] = scale * factors[first + i]!;
    }
    const to = placeOf(panels) + panel * panelBytes;
    unpackPanel()(
      sourceAt + first,
      factors.length,
      placeOf(channels),
      to,
      to + panelBytes,
    );
  }
  tf.dispose([source, channels]);
}

/** The next multiple of a unit. */
export function roundUp(value: number, unit: number): number {
  return Math.ceil(value / unit) * unit;
}

/**
 * Turns a column of 8 bytes a row into a panel of floats: each byte plus an offset, times its
 * channel's factor. The quantiser of TensorFlow.js makes the offset a whole number, so that this
 * order rounds once. Places in bytes.
 *
 * @param pitch from a row of bytes to the next
 * @param channels place of 8 factors, then the offset
 */
type UnpackPanel = (
  from: number,
  pitch: number,
  channels: number,
  panel: number,
  panelEnd: number,
) => void;

function unpackModule(): WebAssembly.Module {
  const FROM = 0, PITCH = 1, CHANNELS = 2, PANEL = 3, PANEL_END = 4;
  const BYTES = 5, FACTORS = 6, OFFSET = 8;
  const half = (index: number) => [
    [get(PANEL), get(BYTES), [i32x4.fromLow16, i32x4.fromHigh16][index]!],
    [f32x4.fromIntegers, get(OFFSET), f32x4.add],
    [get(FACTORS + index), f32x4.multiply, f32x4.store(index * 16)],
  ];
  const body = [
    [get(CHANNELS), f32x4.loadSplat(32), set(OFFSET)],
    each(2, (i) => [get(CHANNELS), f32x4.load(i * 16), set(FACTORS + i)]),
    loopWhile([
      [get(FROM), v128.loadHalf(0), i16x8.fromLowBytes, set(BYTES)],
      each(2, half),
      advance(FROM, get(PITCH)),
      advance(PANEL, i32.constant(32)),
      [get(PANEL), get(PANEL_END), i32.lessThan],
    ]),
  ];
  return new WebAssembly.Module(moduleOf({ i32: 5 }, { v128: 4 }, body));
}

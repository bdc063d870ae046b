import { tf } from "./backend.ts";
import { kernelTensor, type TorchNumbers } from "./torch_layout.ts";

/** Batch norm's epsilon in facenet-pytorch, taken from the TensorFlow original. */
const epsilon = 0.001;

/** Reads one tensor of a state dict. */
export type ReadTensor = (name: string) => TorchNumbers;

/** A convolution with everything that follows it linearly folded in. */
export interface FoldedConv {
  /** [height, width, in, out] */
  readonly kernel: tf.Tensor4D;
  readonly bias: tf.Tensor1D;
}

/** What batch norm does at inference: x * scale + shift, by channel. */
export interface NormScale {
  readonly scale: Float32Array<ArrayBuffer>;
  readonly shift: Float32Array<ArrayBuffer>;
}

/** scale = weight / sqrt(variance + epsilon), shift = bias - mean * scale (Ioffe and Szegedy, 2015). */
export function normScale(read: ReadTensor, name: string): NormScale {
  const [weight, bias, mean, variance] = [
    "weight",
    "bias",
    "running_mean",
    "running_var",
  ]
    .map((part) => read(`${name}.${part}`).data) as [
      Float32Array,
      Float32Array,
      Float32Array,
      Float32Array,
    ];
  const scale = Float32Array.from(
    weight,
    (value, i) => value / Math.sqrt(variance[i]! + epsilon),
  );
  const shift = Float32Array.from(
    bias,
    (value, i) => value - mean[i]! * scale[i]!,
  );
  return { scale, shift };
}

/** A convolution without bias and its batch norm, `name.conv` and `name.bn`, as one convolution. */
export function convNorm(read: ReadTensor, name: string): FoldedConv {
  const { scale, shift } = normScale(read, `${name}.bn`);
  return {
    kernel: kernelTensor(read(`${name}.conv.weight`), scale),
    bias: tf.tensor1d(shift),
  };
}

/** A convolution with bias whose output is multiplied by `factor`, as one convolution. */
export function scaledConv(
  read: ReadTensor,
  name: string,
  factor: number,
): FoldedConv {
  const weight = read(`${name}.weight`);
  const scale = new Float32Array(weight.shape[0]!).fill(factor);
  const bias = read(`${name}.bias`).data.map((value) => value * factor);
  return { kernel: kernelTensor(weight, scale), bias: tf.tensor1d(bias) };
}

import type { Numbers } from "./model_weights.ts";
import { packConv, type PackedConv } from "./pack_conv.ts";

/** Reads one tensor of a PyTorch state dict: a convolution's weight is [out, in, height, width]. */
export type ReadTensor = (
  name: string,
) => { shape: readonly number[]; data: Float32Array<ArrayBuffer> };

/** Batch norm's epsilon in facenet-pytorch, taken from the TensorFlow original. */
const epsilon = 0.001;

/** What batch norm does at inference, x * scale + shift by channel: scale = weight / sqrt(variance + epsilon), shift = bias - mean * scale (Ioffe and Szegedy, 2015). */
export function normScale(read: ReadTensor, name: string) {
  const part = (part: string) => read(`${name}.${part}`).data;
  const [bias, mean] = [part("bias"), part("running_mean")];
  const variance = part("running_var");
  const scale = part("weight").map((weight, i) =>
    weight / Math.sqrt(variance[i]! + epsilon)
  );
  const shift = bias.map((value, i) => value - mean[i]! * scale[i]!);
  return { scale, shift };
}

/** A convolution without bias and its batch norm, `name.conv` and `name.bn`, as one convolution. */
export function packConvNorm(read: ReadTensor, name: string): PackedConv {
  const { scale, shift } = normScale(read, `${name}.bn`);
  return packConv(torchFilter(read, `${name}.conv`), shift, { scale });
}

/** A convolution with bias whose output is multiplied by `factor`, as one convolution. */
export function packScaledConv(
  read: ReadTensor,
  name: string,
  factor: number,
): PackedConv {
  const bias = read(`${name}.bias`).data.map((value) => value * factor);
  const scale = new Float32Array(bias.length).fill(factor);
  return packConv(torchFilter(read, name), bias, { scale });
}

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

import { packConv, type PackedConv } from "../../engine/tensors/pack_conv.ts";
import {
  type ReadTensor,
  torchFilter,
} from "../../engine/tensors/torch_conv.ts";

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

import type { Numbers } from "./model_weights.ts";

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

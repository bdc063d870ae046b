import { tf } from "./backend.ts";

/** Numbers in PyTorch's layout. */
export interface TorchNumbers {
  readonly shape: readonly number[];
  /** In C order. */
  readonly data: Float32Array<ArrayBuffer>;
}

/**
 * A convolution's kernel, from PyTorch's [out, in, height, width] to TensorFlow's
 * [height, width, in, out].
 *
 * @param scale multiplied onto the weights of each output channel, for folded batch norms
 */
export function kernelTensor(
  { shape, data }: TorchNumbers,
  scale?: ArrayLike<number>,
): tf.Tensor4D {
  const [outputs, inputs, height, width] = shape as [
    number,
    number,
    number,
    number,
  ];
  const area = height * width;
  const kernel = new Float32Array(data.length);
  for (let o = 0, from = 0; o < outputs; o++) {
    const factor = scale?.[o] ?? 1;
    for (let i = 0; i < inputs; i++) {
      for (let place = 0; place < area; place++, from++) {
        kernel[(place * inputs + i) * outputs + o] = data[from]! * factor;
      }
    }
  }
  return tf.tensor4d(kernel, [height, width, inputs, outputs]);
}

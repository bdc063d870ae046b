import { tf } from "../../engine/tensors/backend.ts";
import { kernelTensor } from "../../engine/tensors/torch_layout.ts";
import { openModel } from "../../engine/weights/open_model.ts";

/** Reads one tensor of a `.pt` file by name. */
export type ReadTensor = (
  name: string,
) => { shape: readonly number[]; data: Float32Array<ArrayBuffer> };

/** A layer's tensors; the activation is PReLU where `alpha` is present. */
export interface Layer<R extends tf.Rank> {
  readonly weight: tf.Tensor<R>;
  readonly bias: tf.Tensor1D;
  readonly alpha?: tf.Tensor1D;
}

/** Loads a network's layers from a file of the manifest. @throws WeightsError when it is missing or damaged. */
export async function loadLayers<T>(
  fileName: string,
  build: (read: ReadTensor) => T,
): Promise<T> {
  const file = await openModel(fileName);
  try {
    return build((name) => ({
      shape: file.shapes.get(name) ?? [],
      data: file.read(name),
    }));
  } finally {
    file.close();
  }
}

/** A convolution and, with `prelu`, the PReLU after it. */
export function convLayer(
  read: ReadTensor,
  name: string,
  prelu?: string,
): Layer<tf.Rank.R4> {
  return {
    weight: kernelTensor(read(`${name}.weight`)),
    bias: tf.tensor1d(read(`${name}.bias`).data),
    ...alphaOf(read, prelu),
  };
}

/**
 * A fully connected layer, its weight turned from PyTorch's [out, in] to [in, out], and, with
 * `prelu`, the PReLU after it. (The wasm backend of tfjs 4.22 adds up wrongly when it is left to
 * the fused product to turn it.)
 */
export function denseLayer(
  read: ReadTensor,
  name: string,
  prelu?: string,
): Layer<tf.Rank.R2> {
  const { shape, data } = read(`${name}.weight`);
  return {
    weight: tf.tidy(() =>
      tf.transpose(tf.tensor2d(data, shape as [number, number]))
    ),
    bias: tf.tensor1d(read(`${name}.bias`).data),
    ...alphaOf(read, prelu),
  };
}

/** Several fully connected layers that share their input, as one: their outputs side by side. */
export function joinedDenseLayer(
  read: ReadTensor,
  names: readonly string[],
): Layer<tf.Rank.R2> {
  return tf.tidy(() => {
    const layers = names.map((name) => denseLayer(read, name));
    return {
      weight: tf.concat(layers.map(({ weight }) => weight), 1),
      bias: tf.concat(layers.map(({ bias }) => bias)),
    };
  });
}

function alphaOf(read: ReadTensor, prelu?: string) {
  return prelu === undefined
    ? {}
    : { alpha: tf.tensor1d(read(`${prelu}.weight`).data) };
}

/** Convolution without padding, stride 1. */
export function conv(
  x: tf.Tensor4D,
  { weight, bias, alpha }: Layer<tf.Rank.R4>,
): tf.Tensor4D {
  return tf.fused.conv2d({
    x,
    filter: weight,
    strides: 1,
    pad: "valid",
    bias,
    activation: alpha === undefined ? "linear" : "prelu",
    preluActivationWeights: alpha,
  });
}

/** [n, in] to [n, out]. */
export function dense(
  x: tf.Tensor2D,
  { weight, bias, alpha }: Layer<tf.Rank.R2>,
): tf.Tensor2D {
  return tf.fused.matMul({
    a: x,
    b: weight,
    bias,
    activation: alpha === undefined ? "linear" : "prelu",
    preluActivationWeights: alpha,
  }) as tf.Tensor2D;
}

/**
 * PyTorch's MaxPool2d(size, 2, ceil_mode=True): a window that reaches over the far edge counts.
 * TensorFlow's "same" padding does that, but for a size of 3 on an odd side it would pad the
 * near edge too; there no window reaches over, which is "valid".
 */
export function maxPoolCeil(x: tf.Tensor4D, size: 2 | 3): tf.Tensor4D {
  const [, height, width] = x.shape;
  const oddSides = height % 2 + width % 2;
  if (size === 3 && oddSides === 1) {
    throw new RangeError("max pooling by 3 needs sides both even or odd");
  }
  return tf.maxPool(
    x,
    size,
    2,
    size === 3 && oddSides === 2 ? "valid" : "same",
  );
}

/** [n, h, w, c] to [n, w * h * c]: the original flattens columns first, as its weights came from MATLAB. */
export function flattenColumnsFirst(x: tf.Tensor4D): tf.Tensor2D {
  const [n] = x.shape;
  return tf.reshape(tf.transpose(x, [0, 2, 1, 3]), [n, -1]);
}

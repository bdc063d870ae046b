import { consume, tf } from "./backend.ts";
import { type Activation, conv } from "./conv.ts";
import type { Numbers } from "./model_weights.ts";
import type { PackedConv } from "./pack_conv.ts";

/** A convolution of each channel by itself, then one of all channels of a pixel. */
export type SeparableConv = {
  /** [height, width, in, 1] */
  readonly filter: tf.Tensor4D;
  /** [in], added between the two. */
  readonly bias: tf.Tensor1D;
  readonly pointwise: PackedConv;
};

/**
 * Joins the two convolutions to one; the caller owns its tensors.
 *
 * @param filter [height, width, in, 1], of each channel by itself
 * @param bias [in], added after it; none unless given
 */
export function packSeparable(
  { shape, data }: Numbers,
  pointwise: PackedConv,
  bias = new Float32Array(shape[2]!),
): SeparableConv {
  return {
    filter: tf.tensor4d(data, [...shape] as tf.Tensor4D["shape"]),
    bias: tf.tensor1d(bias),
    pointwise,
  };
}

/** Runs both convolutions; `between` is done before the second, `activation` after it. */
export function separableConv(
  x: tf.Tensor4D,
  { filter, bias, pointwise }: SeparableConv,
  strides: number,
  activation: Activation,
  between: "linear" | "relu6" = "linear",
): tf.Tensor4D {
  const spread = tf.fused.depthwiseConv2d({
    ...{ x, filter, bias, strides },
    pad: "same",
    activation: between,
  });
  return consume(spread, (spread) => conv(spread, pointwise, 1, activation));
}

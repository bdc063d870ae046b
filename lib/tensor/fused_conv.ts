import { tf } from "./backend.ts";
import type { Activation } from "./packed_conv.ts";

/** A convolution with everything per-channel that follows it folded in. */
export type FusedConv = {
  /** [height, width, in, out]; depthwise [height, width, in, 1]. */
  readonly filter: tf.Tensor4D;
  /** [out] */
  readonly bias: tf.Tensor1D;
};

/** Depthwise convolution, bias and activation as one kernel. */
export function depthwise(
  x: tf.Tensor4D,
  { filter, bias }: FusedConv,
  strides: number,
  activation: Activation,
): tf.Tensor4D {
  return tf.fused.depthwiseConv2d({
    x,
    filter,
    bias,
    strides,
    pad: "same",
    activation,
  });
}

/**
 * Folds `scale * (conv(x) + bias) + offset` into one convolution: both steps are linear per
 * output channel (Jacob et al. 2018, section 3.2).
 *
 * @param filter [height, width, in, out]
 */
export function foldScale(
  filter: tf.Tensor4D,
  bias: tf.Tensor1D,
  scale: tf.Tensor1D,
  offset: tf.Tensor1D,
): FusedConv {
  return {
    filter: tf.mul(filter, scale),
    bias: tf.add(tf.mul(bias, scale), offset),
  };
}

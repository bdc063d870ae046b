import { tf } from "./backend.ts";
import type { Activation } from "./conv.ts";

/** A depthwise convolution with everything per-channel that follows it folded in. */
export type DepthwiseConv = {
  /** [height, width, in, 1] */
  readonly filter: tf.Tensor4D;
  /** [out] */
  readonly bias: tf.Tensor1D;
};

/** Depthwise convolution, bias and activation as one kernel. */
export function depthwise(
  x: tf.Tensor4D,
  { filter, bias }: DepthwiseConv,
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

import { consume, tf } from "../../engine/tensors/backend.ts";
import { conv } from "../../engine/tensors/conv.ts";
import type { ModelWeights } from "../../engine/tensors/model_weights.ts";
import { packConv, type PackedConv } from "../../engine/tensors/pack_conv.ts";
import {
  numbersOf,
  unwrittenTensor,
} from "../../engine/tensors/tensor_memory.ts";

/** Numbers that each network gives first: no face, face, then the moves of four sides. */
export const judgedNumbers = 6;

type Layer = {
  readonly packed: PackedConv;
  /** Size of the max pooling after it; 0 for none. */
  readonly poolPx: 0 | 2 | 3;
  /** Fully connected: a convolution of flattened pictures. */
  readonly isDense: boolean;
};

/** One of MTCNN's networks: convolutions with PReLU, the last one without. */
export type MtcnnNet = {
  readonly layers: readonly Layer[];
  /** Numbers for each place or crop: `judgedNumbers`, from O-Net five x and five y of landmarks. */
  readonly outputs: number;
};

/** Builds P-Net, R-Net and O-Net from models/mtcnn; the caller owns their tensors. */
export function buildMtcnnNets(
  weights: ModelWeights,
): Record<"proposal" | "refine" | "output", MtcnnNet> {
  const net = (prefix: string, layers: Record<string, Layer["poolPx"]>) => {
    const built = Object.entries(layers).map(([name, poolPx], i, all) => {
      const numbers = (part: string) =>
        weights.numbers(`${prefix}/${name}/${part}`);
      const isLast = i === all.length - 1;
      const slopes = isLast ? {} : { slopes: numbers("slopes").data };
      const packed = packConv(numbers("filters"), numbers("bias").data, slopes);
      return { packed, poolPx, isDense: name.startsWith("dense") };
    });
    const last = Object.keys(layers).at(-1)!;
    const [outputs] = weights.numbers(`${prefix}/${last}/bias`).shape;
    return { layers: built, outputs: outputs! };
  };
  return {
    proposal: net("pnet", { conv1: 2, conv2: 0, conv3: 0, conv4: 0 }),
    refine: net("rnet", { conv1: 3, conv2: 3, conv3: 0, dense4: 0, dense5: 0 }),
    output: net("onet", {
      conv1: 3,
      conv2: 3,
      conv3: 2,
      conv4: 0,
      dense5: 0,
      dense6: 0,
    }),
  };
}

/** What a network gives for a picture or a batch of them. */
interface NetOutput {
  /** `outputs` numbers for each place, rows from the top. */
  readonly values: Float32Array;
  /** Places in a row. */
  readonly columns: number;
}

/**
 * Runs a network.
 *
 * @param shape [n, height, width, 4]
 * @param write writes the input: RGB in -1..1 and a fourth channel of zeros
 */
export function runMtcnnNet(
  { layers, outputs }: MtcnnNet,
  shape: [number, number, number, 4],
  write: (input: Float32Array) => void,
): NetOutput {
  const input = unwrittenTensor<tf.Tensor4D>(shape);
  write(numbersOf(input));
  const step = (x: tf.Tensor4D, { packed, poolPx, isDense }: Layer) => {
    const flat = isDense ? tf.reshape(x, [x.shape[0], 1, 1, -1]) : x;
    const activation = packed.slopes === undefined ? "linear" : "prelu";
    const y = conv(flat as tf.Tensor4D, packed, 1, activation, "valid");
    return poolPx === 0 ? y : maxPoolCeil(y, poolPx);
  };
  const output = layers.reduce(
    (x, layer) => consume(x, (x) => tf.tidy(() => step(x, layer))),
    input,
  );
  const [, , columns, channels] = output.shape;
  const all = numbersOf(output);
  const values = new Float32Array(all.length / channels * outputs);
  for (let from = 0, to = 0; to < values.length; from += channels) {
    values.set(all.subarray(from, from + outputs), to);
    to += outputs;
  }
  output.dispose();
  return { values, columns };
}

/**
 * PyTorch's MaxPool2d(size, 2, ceil_mode=True): a window that reaches over the far edge counts.
 * TensorFlow's "same" padding does that, but for a size of 3 on an odd side it would pad the
 * near edge too; there no window reaches over, which is "valid".
 */
function maxPoolCeil(x: tf.Tensor4D, size: 2 | 3): tf.Tensor4D {
  const isOdd = x.shape[1] % 2 === 1;
  return tf.maxPool(x, size, 2, size === 3 && isOdd ? "valid" : "same");
}

import { consume, tf } from "../engine/tensors/backend.ts";
import { conv } from "../engine/tensors/conv.ts";
import {
  type ModelWeights,
  openModelWeights,
} from "../engine/tensors/model_weights.ts";
import { packConv, type PackedConv } from "../engine/tensors/pack_conv.ts";
import { runBatches } from "../engine/tensors/run_batches.ts";
import type { FaceEmbedder } from "./face_embedder.ts";

const chipPx = 150;

/** Mean R, G, B that face-api's FaceRecognitionNet.ts subtracts; then it divides by 255. */
const meanRgb = [122.782, 117.001, 104.298] as const;

/** Blocks in order; those called "down" halve the picture. */
const blockNames = [
  ...["conv32_1", "conv32_2", "conv32_3"],
  ...["conv64_down", "conv64_1", "conv64_2", "conv64_3"],
  ...["conv128_down", "conv128_1", "conv128_2"],
  ...["conv256_down", "conv256_1", "conv256_2", "conv256_down_out"],
];

type Block = { down: boolean; conv1: PackedConv; conv2: PackedConv };

/** The tensors of FaceRecognitionNet, its scale layers folded into its convolutions. */
type Graph = {
  readonly first: PackedConv;
  readonly blocks: Block[];
  /** [256, 128] */
  readonly last: tf.Tensor2D;
};

/**
 * face-api's FaceRecognitionNet: dlib's ResNet-34 variant, 150 px chips to 128 numbers that are
 * not of unit length (norm about 1.5). dlib publishes a threshold of 0.6; the proof of concept's
 * stricter 0.5 is the default.
 *
 * @throws WeightsError when a model file is missing or changed.
 */
export async function createFaceRecognitionNet(): Promise<FaceEmbedder> {
  const graph = buildGraph(await openModelWeights("face_recognition_model"));
  return {
    id: "faceapi-128",
    dimensions: 128,
    chipPx,
    defaultThreshold: 0.5,
    embed: (chips, { mirror }) =>
      runBatches(chips, chipPx, (pixels) => {
        const plain = runGraph(graph, pixels);
        if (!mirror) return plain;
        const mirrored = runGraph(graph, tf.reverse(pixels, 2));
        return tf.div(tf.add(plain, mirrored), 2);
      }),
    dispose: () => tf.dispose(graph),
  };
}

/** Builds the graph from face-api's weight file; the caller owns its tensors. */
function buildGraph(
  weights: ModelWeights,
): Graph {
  // scale * (conv(x) + bias) + offset is one convolution (Jacob et al. 2018, section 3.2).
  const folded = (prefix: string) => {
    const numbers = (name: string) => weights.numbers(`${prefix}/${name}`);
    const scale = numbers("scale/weights").data;
    const offset = numbers("scale/biases").data;
    const bias = numbers("conv/bias").data.map((value, i) =>
      value * scale[i]! + offset[i]!
    );
    return packConv(numbers("conv/filters"), bias, { scale });
  };
  const last = weights.numbers("fc");
  return {
    first: folded("conv32_down"),
    blocks: blockNames.map((name) => ({
      down: name.includes("down"),
      conv1: folded(`${name}/conv1`),
      conv2: folded(`${name}/conv2`),
    })),
    last: tf.tensor2d(last.data, [...last.shape] as [number, number]),
  };
}

/**
 * Runs the network.
 *
 * @param pixels [n, 150, 150, 3], RGB 0..255
 * @returns [n, 128]
 */
function runGraph(
  { first, blocks, last }: Graph,
  pixels: tf.Tensor4D,
): tf.Tensor2D {
  return tf.tidy(() => {
    let x: tf.Tensor4D = tf.div(tf.sub(pixels, [...meanRgb]), 255);
    x = consume(
      conv(x, first, 2, "relu", "valid"),
      (wide) => tf.maxPool(wide, 3, 2, "valid"),
    );
    for (const block of blocks) x = consume(x, (x) => runBlock(block, x));
    return tf.matMul(tf.mean<tf.Tensor2D>(x, [1, 2]), last);
  });
}

/** Residual block; a halving one adds its input averaged, padded with empty channels. */
function runBlock(block: Block, x: tf.Tensor4D): tf.Tensor4D {
  return tf.tidy(() => addChange(block, x));
}

function addChange({ down, conv1, conv2 }: Block, x: tf.Tensor4D): tf.Tensor4D {
  const inner = down
    ? conv(x, conv1, 2, "relu", "valid")
    : conv(x, conv1, 1, "relu");
  const change = conv(inner, conv2, 1, "linear");
  if (!down) return tf.relu(tf.add(change, x));
  const shortcut = tf.avgPool(x, 2, 2, "valid");
  const [, height, width] = shortcut.shape;
  const channels = change.shape[3];
  return tf.relu(
    tf.add(
      padTo(change, height, width, channels),
      padTo(shortcut, height, width, channels),
    ),
  );
}

/** Zeros below, to the right and in further channels, up to the size named. */
function padTo(
  x: tf.Tensor4D,
  height: number,
  width: number,
  channels: number,
): tf.Tensor4D {
  const [, h, w, c] = x.shape;
  if (h === height && w === width && c === channels) return x;
  return tf.pad(x, [[0, 0], [0, height - h], [0, width - w], [
    0,
    channels - c,
  ]]);
}

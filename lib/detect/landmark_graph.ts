import { consume, tf } from "../engine/tensors/backend.ts";
import {
  type ModelWeights,
  openModelWeights,
} from "../engine/tensors/model_weights.ts";
import { packConv, type PackedConv } from "../engine/tensors/pack_conv.ts";
import { conv } from "../engine/tensors/conv.ts";
import {
  packSeparable,
  type SeparableConv,
  separableConv,
} from "../engine/tensors/separable_conv.ts";

/** Mean R, G, B that face-api's FaceFeatureExtractor.ts subtracts; then it divides by 255. */
const meanRgb = [122.782, 117.001, 104.298] as const;
const blocks = 4;
const layersPerBlock = 4;

/** The tensors of the network. */
type LandmarkGraph = {
  readonly first: PackedConv;
  /** All layers but the first, which is `first`, in order. */
  readonly layers: SeparableConv[];
  /** [256, 136] and [136] */
  readonly last: { weights: tf.Tensor2D; bias: tf.Tensor1D };
};

/** Loads face-api's 68-landmark network. @throws WeightsError when a model file is missing or changed. */
export async function loadLandmarkNet() {
  const graph = buildGraph(await openModelWeights("face_landmark_68_model"));
  return {
    /**
     * Runs the network. The caller disposes the result.
     *
     * @param pixels [n, 112, 112, 3], RGB 0..255
     * @returns [n, 136]: x and y of each landmark, 0..1 of the input
     */
    run: (pixels: tf.Tensor4D) => runGraph(graph, pixels),
    dispose: () => tf.dispose(graph),
  };
}

function buildGraph(weights: ModelWeights): LandmarkGraph {
  const packed = (filter: string, bias: string) =>
    packConv(weights.numbers(filter), weights.numbers(bias).data);
  const names = Array.from(
    { length: blocks * layersPerBlock },
    (_, i) =>
      `dense${Math.floor(i / layersPerBlock)}/conv${i % layersPerBlock}`,
  );
  const last = weights.numbers("fc/weights");
  return {
    first: packed(`${names[0]}/filters`, `${names[0]}/bias`),
    layers: names.slice(1).map((name) =>
      packSeparable(
        weights.numbers(`${name}/depthwise_filter`),
        packed(`${name}/pointwise_filter`, `${name}/bias`),
      )
    ),
    last: {
      weights: tf.tensor2d(last.data, [...last.shape] as [number, number]),
      bias: tf.tensor1d(weights.numbers("fc/bias").data),
    },
  };
}

function runGraph(
  { first, layers, last }: LandmarkGraph,
  pixels: tf.Tensor4D,
): tf.Tensor2D {
  return tf.tidy(() => {
    let x: tf.Tensor4D = tf.div(tf.sub(pixels, [...meanRgb]), 255);
    for (let block = 0; block < blocks; block++) {
      // Freed by block: all of them together would take some 10 MB a face.
      x = consume(x, (x) => tf.tidy(() => runBlock(first, layers, block, x)));
    }
    const features = tf.avgPool(x, [7, 7], [2, 2], "valid");
    const flat = tf.reshape(features, [pixels.shape[0], -1]) as tf.Tensor2D;
    return tf.add(tf.matMul(flat, last.weights), last.bias);
  });
}

function runBlock(
  first: PackedConv,
  layers: readonly SeparableConv[],
  block: number,
  input: tf.Tensor4D,
): tf.Tensor4D {
  const start = block * layersPerBlock - 1;
  let x = block === 0
    ? conv(input, first, 2, "relu")
    : separableConv(input, layers[start]!, 2, "relu");
  // Each layer sees the sum of all before it in its block.
  for (let i = 1; i < layersPerBlock; i++) {
    const next = separableConv(
      i === 1 ? x : tf.relu(x),
      layers[start + i]!,
      1,
      "linear",
    );
    x = tf.add(x, next);
  }
  return tf.relu(x);
}

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

/** Batch norm's epsilon, as face-api's mobileNetV1.ts has it. */
const epsilon = 0.0010000000474974513;
/** Layers of the trunk that halve the picture. */
const halving = [2, 4, 6, 12];
const trunkLayers = 13;
/** The trunk's layer whose output the finest anchors look at. */
const finestLayer = 11;
const extraLayers = 8;
const predictors = 6;
/** Numbers of each anchor: of its box, and a score of each class, of which the second is "face". */
const boxNumbers = 4;
const classNumbers = 3;
const faceClass = 1;

/** A convolution that gives so many numbers in all for each cell of a feature map. */
type Predictor = { readonly packed: PackedConv; readonly outputs: number };

/** The tensors of the network, batch norm folded into its convolutions. */
type SsdGraph = {
  readonly first: PackedConv;
  readonly trunk: SeparableConv[];
  readonly extra: PackedConv[];
  /** One for each feature map, finest first. */
  readonly boxes: Predictor[];
  readonly classes: Predictor[];
};

/** What the network says of every anchor, finest grid first, before any threshold. */
interface SsdOutput {
  /** Encoded boxes, 4 numbers an anchor: y, x, height, width relative to the anchor. */
  readonly boxes: Float32Array;
  /** Logit of "face", one an anchor. */
  readonly logits: Float32Array;
}

/** Loads SSD MobileNet V1 with face-api's weights. @throws WeightsError when a model file is missing or changed. */
export async function loadSsdNet() {
  const weights = await openModelWeights("ssd_mobilenetv1_model");
  const graph = buildGraph(weights);
  return {
    /** Top, left, bottom, right of each anchor, 0..1. */
    anchors: weights.numbers("Output/extra_dim").data,
    /**
     * Runs the network.
     *
     * @param input [1, 513, 513, 4]: RGB in -1..1 of a square of 512 px; zeros in the last row, the
     *   last column and the fourth channel
     */
    run: (input: tf.Tensor4D) => runGraph(graph, input),
    dispose: () => tf.dispose(graph),
  };
}

function buildGraph(weights: ModelWeights): SsdGraph {
  const pointwise = (prefix: string) =>
    packConv(
      weights.numbers(`${prefix}_pointwise/weights`),
      weights.numbers(`${prefix}_pointwise/convolution_bn_offset`).data,
    );
  const trunkName = (layer: number) => `MobilenetV1/Conv2d_${layer}`;
  return {
    first: pointwise(trunkName(0)),
    trunk: Array.from({ length: trunkLayers }, (_, i) => {
      const { filter, bias } = foldBatchNorm(weights, trunkName(i + 1));
      return packSeparable(filter, pointwise(trunkName(i + 1)), bias);
    }),
    extra: Array.from(
      { length: extraLayers },
      (_, i) => pointwise(`Prediction/Conv2d_${i}`),
    ),
    boxes: predictorsOf(weights, "BoxEncodingPredictor"),
    classes: predictorsOf(weights, "ClassPredictor"),
  };
}

function predictorsOf(weights: ModelWeights, part: string): Predictor[] {
  return Array.from({ length: predictors }, (_, i) => {
    const prefix = `Prediction/BoxPredictor_${i}/${part}`;
    const bias = weights.numbers(`${prefix}/biases`).data;
    const packed = packConv(weights.numbers(`${prefix}/weights`), bias);
    return { packed, outputs: bias.length };
  });
}

/** gamma * (x - mean) / sqrt(variance + epsilon) + beta as a scaled filter and a bias. */
function foldBatchNorm(weights: ModelWeights, layer: string) {
  const prefix = `${layer}_depthwise`;
  const norm = (name: string) =>
    weights.numbers(`${prefix}/BatchNorm/${name}`).data;
  const [gamma, beta] = [norm("gamma"), norm("beta")];
  const [mean, variance] = [norm("moving_mean"), norm("moving_variance")];
  const scale = gamma.map((each, i) =>
    each / Math.sqrt(variance[i]! + epsilon)
  );
  const { data, shape } = weights.numbers(`${prefix}/depthwise_weights`);
  return {
    filter: {
      shape,
      data: data.map((value, i) => value * scale[i % scale.length]!),
    },
    bias: Float32Array.from(beta, (each, i) => each - mean[i]! * scale[i]!),
  };
}

function runGraph(graph: SsdGraph, input: tf.Tensor4D): SsdOutput {
  const [boxes, scores] = tf.tidy(() => {
    const maps = featureMaps(graph, input);
    return [
      predict(maps, graph.boxes, boxNumbers),
      predict(maps, graph.classes, classNumbers),
    ] as const;
  });
  try {
    return {
      boxes: boxes.dataSync<"float32">(),
      logits: scores.dataSync<"float32">()
        .filter((_, i) => i % classNumbers === faceClass),
    };
  } finally {
    tf.dispose([boxes, scores]);
  }
}

/** What the anchors look at, the finest grid first. */
function featureMaps(graph: SsdGraph, input: tf.Tensor4D): tf.Tensor4D[] {
  const seen: tf.Tensor4D[] = [];
  let x = conv(input, graph.first, 2, "relu6", "valid");
  graph.trunk.forEach((layer, i) => {
    const stride = halving.includes(i + 1) ? 2 : 1;
    const step = (x: tf.Tensor4D) =>
      separableConv(x, layer, stride, "relu6", "relu6");
    x = seen.includes(x) ? step(x) : consume(x, step);
    if (i + 1 === finestLayer) seen.push(x);
  });
  seen.push(x);
  graph.extra.forEach((layer, i) => {
    x = conv(x, layer, i % 2 === 0 ? 1 : 2, "relu6");
    if (i % 2 === 1) seen.push(x);
  });
  return seen;
}

/** So many numbers of every anchor of all maps, [anchors, numbers]. */
function predict(
  maps: readonly tf.Tensor4D[],
  predictors: readonly Predictor[],
  numbers: number,
): tf.Tensor2D {
  return tf.concat(maps.map((map, i) => {
    const { packed, outputs } = predictors[i]!;
    // Channels are filled up with zeros.
    const all = conv(map, packed, 1, "linear");
    const [, height, width] = all.shape;
    const own = tf.slice(all, 0, [1, height, width, outputs]);
    return tf.reshape(own, [-1, numbers]) as tf.Tensor2D;
  }));
}

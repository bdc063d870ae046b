import { consume, tf } from "../engine/tensors/backend.ts";
import {
  type ModelWeights,
  type Numbers,
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
/** A box's numbers; three class scores follow, of which the second is "face". */
const boxNumbers = 4;
const classNumbers = 3;
const faceClass = 1;

/** The tensors of the network, batch norm folded into its convolutions. */
type SsdGraph = {
  readonly first: PackedConv;
  readonly trunk: SeparableConv[];
  readonly extra: PackedConv[];
  /** Box and class predictors side by side, so that each feature map is read once. */
  readonly predictors: PackedConv[];
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
    predictors: Array.from(
      { length: predictors },
      (_, i) => joinPredictors(weights, `Prediction/BoxPredictor_${i}`),
    ),
  };
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

function joinPredictors(weights: ModelWeights, prefix: string): PackedConv {
  const [boxes, classes] = ["BoxEncodingPredictor", "ClassPredictor"].map(
    (part) => ({
      filter: weights.numbers(`${prefix}/${part}/weights`),
      bias: weights.numbers(`${prefix}/${part}/biases`),
    }),
  );
  return packConv(
    joinChannels(boxes!.filter, classes!.filter),
    joinChannels(boxes!.bias, classes!.bias).data,
  );
}

/** Side by side along the last dimension; the others are the same. */
function joinChannels(a: Numbers, b: Numbers): Numbers {
  const [widthA, widthB] = [a.shape.at(-1)!, b.shape.at(-1)!];
  const [dataA, dataB] = [a.data, b.data];
  const width = widthA + widthB;
  const data = new Float32Array(dataA.length + dataB.length);
  for (let row = 0; row * width < data.length; row++) {
    const ofA = dataA.subarray(row * widthA, (row + 1) * widthA);
    data.set(ofA, row * width);
    const ofB = dataB.subarray(row * widthB, (row + 1) * widthB);
    data.set(ofB, row * width + widthA);
  }
  return { shape: [...a.shape.slice(0, -1), width], data };
}

function runGraph(graph: SsdGraph, input: tf.Tensor4D): SsdOutput {
  const maps = tf.tidy(() => {
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
    return seen.map((map, i) => conv(map, graph.predictors[i]!, 1, "linear"));
  });
  try {
    return splitPredictions(maps);
  } finally {
    tf.dispose(maps);
  }
}

/** Sorts each cell's boxes and class scores into one list over all anchors. */
function splitPredictions(maps: readonly tf.Tensor4D[]): SsdOutput {
  const total = maps.reduce(
    (sum, { size, shape }) => sum + size / shape[3] * anchorsPerCell(shape[3]),
    0,
  );
  const boxes = new Float32Array(total * boxNumbers);
  const logits = new Float32Array(total);
  let anchor = 0;
  for (const map of maps) {
    const values = map.dataSync<"float32">();
    const cellNumbers = map.shape[3];
    const perCell = anchorsPerCell(cellNumbers);
    for (let cell = 0; cell < values.length; cell += cellNumbers) {
      const classes = cell + perCell * boxNumbers;
      boxes.set(values.subarray(cell, classes), anchor * boxNumbers);
      for (let i = 0; i < perCell; i++) {
        logits[anchor + i] = values[classes + i * classNumbers + faceClass]!;
      }
      anchor += perCell;
    }
  }
  return { boxes, logits };
}

/** The predictors' channels are filled up with zeros. */
function anchorsPerCell(channels: number): number {
  return Math.floor(channels / (boxNumbers + classNumbers));
}

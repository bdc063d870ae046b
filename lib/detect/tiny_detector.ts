import { conv } from "../engine/tensors/conv.ts";
import { consume, tf } from "../engine/tensors/backend.ts";
import {
  type ModelWeights,
  openModelWeights,
} from "../engine/tensors/model_weights.ts";
import { packConv, type PackedConv } from "../engine/tensors/pack_conv.ts";
import {
  packSeparable,
  type SeparableConv,
  separableConv,
} from "../engine/tensors/separable_conv.ts";
import type { Photo } from "../image/photo.ts";
import {
  type Detection,
  type FaceDetector,
  largestFirst,
} from "./face_detector.ts";
import { type FaceBox, suppressNonMaxima } from "./non_maximum_suppression.ts";
import { squareInput } from "./square_input.ts";

/** The network's input: face-api's default side, a multiple of 32, and the mean colour that it subtracts. */
const inputForm = {
  sidePx: 416,
  paddingPx: 0,
  mean: [117.001, 114.697, 97.404],
  range: 255,
} as const;
/** Lowest score of a face; face-api's own default. */
const minScore = 0.5;
/** Boxes that overlap more than this count as one face; this value and the anchors are face-api's (tinyFaceDetector/const.ts). */
const maxOverlap = 0.4;
/** Width and height of the boxes that each cell starts from, in cells. */
const anchors = [
  [1.603231, 2.094468],
  [6.041143, 7.080126],
  [2.882459, 3.518061],
  [4.266906, 5.178857],
  [9.041765, 10.66308],
] as const;
/** Numbers the network states of each anchor: x, y, width, height, score. */
const anchorNumbers = 5;
/** How far the activation lets numbers below zero pass (tinyYolov2/leaky.ts). */
const leak = 0.1;

type TinyGraph = {
  readonly first: PackedConv;
  readonly trunk: SeparableConv[];
  readonly last: PackedConv;
};

/**
 * face-api's small YOLO v2 (Redmon and Farhadi, "YOLO9000", 2017) with separable convolutions:
 * a smaller file than the others and fewer faces found.
 *
 * @throws WeightsError when a model file is missing or changed.
 */
export async function createTinyDetector(): Promise<FaceDetector> {
  const graph = buildGraph(await openModelWeights("tiny_face_detector_model"));
  return {
    id: "tiny",
    detect: (photo) => Promise.resolve(detectWithTiny(graph, photo)),
    dispose: () => tf.dispose(graph),
  };
}

function buildGraph(weights: ModelWeights): TinyGraph {
  const leaky = (filter: string, bias: string) => {
    const numbers = weights.numbers(bias).data;
    return packConv(weights.numbers(filter), numbers, {
      slopes: numbers.map(() => leak),
    });
  };
  return {
    first: leaky("conv0/filters", "conv0/bias"),
    trunk: [1, 2, 3, 4, 5].map((layer) =>
      packSeparable(
        weights.numbers(`conv${layer}/depthwise_filter`),
        leaky(`conv${layer}/pointwise_filter`, `conv${layer}/bias`),
      )
    ),
    last: packConv(
      weights.numbers("conv8/filters"),
      weights.numbers("conv8/bias").data,
    ),
  };
}

function detectWithTiny(graph: TinyGraph, photo: Photo): Detection[] {
  const sidePx = Math.max(photo.width, photo.height);
  const map = tf.tidy(() => runGraph(graph, squareInput(photo, inputForm)));
  try {
    return largestFirst(
      suppressNonMaxima(decodeBoxes(map, sidePx), maxOverlap, "union").map((
        { left, top, right, bottom, score },
      ) => ({
        box: { x: left, y: top, width: right - left, height: bottom - top },
        score,
      })),
    );
  } finally {
    map.dispose();
  }
}

/** [1, 13, 13, 32]: 25 numbers a cell, filled up with zeros. */
function runGraph(
  { first, trunk, last }: TinyGraph,
  input: tf.Tensor4D,
): tf.Tensor4D {
  let x = conv(input, first, 1, "prelu", "valid");
  trunk.forEach((layer) => {
    x = consume(x, (wide) => tf.maxPool(wide, 2, 2, "same"));
    x = consume(x, (small) => separableConv(small, layer, 1, "prelu"));
  });
  x = consume(x, (fine) => tf.maxPool(fine, 2, 1, "same"));
  return conv(x, last, 1, "linear");
}

/** Boxes that score above the threshold, px of the photo (tinyYolov2/TinyYolov2Base.ts). */
function decodeBoxes(map: tf.Tensor4D, sidePx: number): FaceBox[] {
  const [, cells, , pitch] = map.shape;
  const values = map.dataSync<"float32">();
  const cellPx = sidePx / cells;
  const found: FaceBox[] = [];
  for (let cell = 0; cell < cells * cells; cell++) {
    for (const [i, [anchorWidth, anchorHeight]] of anchors.entries()) {
      const at = cell * pitch + i * anchorNumbers;
      const score = sigmoid(values[at + 4]!);
      if (score <= minScore) continue;
      const x = (cell % cells + sigmoid(values[at]!)) * cellPx;
      const y = (Math.floor(cell / cells) + sigmoid(values[at + 1]!)) * cellPx;
      const halfWidth = Math.exp(values[at + 2]!) * anchorWidth * cellPx / 2;
      const halfHeight = Math.exp(values[at + 3]!) * anchorHeight * cellPx / 2;
      found.push({
        left: x - halfWidth,
        top: y - halfHeight,
        right: x + halfWidth,
        bottom: y + halfHeight,
        score,
      });
    }
  }
  return found;
}

function sigmoid(x: number): number {
  return 1 / (1 + Math.exp(-x));
}

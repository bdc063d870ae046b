import type { Photo } from "../image/photo.ts";
import { resize } from "../image/resize.ts";
import { tf } from "../engine/tensors/backend.ts";
import { openModelWeights } from "../engine/tensors/model_weights.ts";
import { numbersOf, unwrittenTensor } from "../engine/tensors/tensor_memory.ts";
import {
  type Detection,
  type FaceDetector,
  largestFirst,
} from "./face_detector.ts";
import { type FaceBox, suppressNonMaxima } from "./non_maximum_suppression.ts";
import { decodeBoxes } from "./ssd_boxes.ts";
import { buildSsdGraph, runSsdGraph, type SsdGraph } from "./ssd_graph.ts";

/** Side of the network's square input, px. */
const inputPx = 512;
/** The input with the row and column that TensorFlow's "same" adds to it at stride 2, and a fourth channel. */
const paddedShape = [inputPx + 1, inputPx + 1, 4] as const;
/** Boxes that overlap more than this count as one face; face-api's own value. */
const maxOverlap = 0.5;
/** Lowest score of a face; face-api's own default. */
const minScore = 0.5;
/** 0..255 to -1..1. */
const pixelScale = 1 / 127.5;

/**
 * SSD MobileNet V1 with face-api's weights, its graph folded and fused. Answers as face-api does
 * (`createPlainSsdDetector`), in less time.
 *
 * @throws WeightsError when a model file is missing or changed.
 */
export async function createSsdDetector(): Promise<FaceDetector> {
  const weights = await openModelWeights(
    "ssd_mobilenetv1_model",
  );
  const anchors = weights.numbers("Output/extra_dim").data;
  const graph = buildSsdGraph(weights);
  return {
    id: "ssd",
    detect: (photo) => Promise.resolve(detectWithSsd(graph, anchors, photo)),
    dispose: () => tf.dispose(graph),
  };
}

function detectWithSsd(
  graph: SsdGraph,
  anchors: Float32Array,
  photo: Photo,
): Detection[] {
  const input = toInput(photo);
  try {
    const boxes = decodeBoxes(runSsdGraph(graph, input), anchors, minScore);
    const kept = suppressNonMaxima(boxes, maxOverlap, "union");
    return largestFirst(kept.map((box) => toDetection(box, photo)));
  } finally {
    input.dispose();
  }
}

/** A box in pixels of the photo, cut at its edges. */
function toDetection(
  { top, left, bottom, right, score }: FaceBox,
  photo: Photo,
): Detection {
  const sidePx = Math.max(photo.width, photo.height);
  const x = Math.max(0, left) * sidePx;
  const y = Math.max(0, top) * sidePx;
  const width = Math.min(right * sidePx, photo.width) - x;
  const height = Math.min(bottom * sidePx, photo.height) - y;
  return { box: { x, y, width, height }, score };
}

/**
 * The photo in the top left corner of a black square, as face-api pads it, in -1..1; zeros where
 * the first convolution pads, and in a fourth channel that its kernel reads.
 */
function toInput(photo: Photo): tf.Tensor4D {
  const { width, height } = fitToInput(photo);
  const { data } = resize(photo, width, height);
  const input = unwrittenTensor<tf.Tensor4D>([1, ...paddedShape]);
  const numbers = numbersOf(input);
  const pitch = paddedShape[1] * 4;
  numbers.fill(0);
  for (let y = 0, from = 0; y < inputPx; y++) {
    let to = y * pitch;
    const end = to + inputPx * 4;
    if (y < height) {
      for (let x = 0; x < width; x++, from += 3, to += 4) {
        numbers[to] = data[from]! * pixelScale - 1;
        numbers[to + 1] = data[from + 1]! * pixelScale - 1;
        numbers[to + 2] = data[from + 2]! * pixelScale - 1;
      }
    }
    for (; to < end; to += 4) numbers.fill(-1, to, to + 3);
  }
  return input;
}

/** The photo's size when its longest side is the input's; small photos are enlarged. */
function fitToInput({ width, height }: Photo) {
  const scale = inputPx / Math.max(width, height);
  return {
    width: Math.max(1, Math.round(width * scale)),
    height: Math.max(1, Math.round(height * scale)),
  };
}

import type { Photo } from "../image/photo.ts";
import {
  type Detection,
  type FaceDetector,
  largestFirst,
} from "./face_detector.ts";
import { type FaceBox, suppressNonMaxima } from "./non_maximum_suppression.ts";
import { squareInput } from "./square_input.ts";
import { loadSsdNet } from "./ssd_graph.ts";

/** The network's input, -1 to 1, with the row and column that TensorFlow's "same" adds at stride 2. */
const inputForm = {
  sidePx: 512,
  paddingPx: 1,
  mean: [127.5, 127.5, 127.5],
  range: 127.5,
} as const;
/** Boxes that overlap more than this count as one face; face-api's own value. */
const maxOverlap = 0.5;
/** Lowest score of a face; face-api's own default. */
const minScore = 0.5;
/** How much finer the network states sizes and positions than anchors are large (face-api's outputLayer.ts, TensorFlow's faster_rcnn_box_coder). */
const positionScale = 10;
const sizeScale = 5;

/**
 * SSD MobileNet V1 with face-api's weights, its graph folded and fused. Answers as face-api does
 * (`createPlainSsdDetector`), in less time.
 *
 * @throws WeightsError when a model file is missing or changed.
 */
export async function createSsdDetector(): Promise<FaceDetector> {
  const net = await loadSsdNet();
  return {
    id: "ssd",
    detect: (photo) => Promise.resolve(detectWithSsd(net, photo)),
    dispose: () => net.dispose(),
  };
}

type SsdNet = Awaited<ReturnType<typeof loadSsdNet>>;

function detectWithSsd(net: SsdNet, photo: Photo): Detection[] {
  const input = squareInput(photo, inputForm);
  try {
    const boxes = decodeBoxes(net.run(input), net.anchors);
    const kept = suppressNonMaxima(boxes, maxOverlap, "union");
    return largestFirst(kept.map((box) => toDetection(box, photo)));
  } finally {
    input.dispose();
  }
}

/**
 * Boxes of the anchors that score above the threshold; the others, nearly all, cost one
 * comparison each. They are in the network's own 0..1 coordinates and may reach beyond them.
 *
 * @param anchors top, left, bottom, right of each anchor, 0..1
 */
function decodeBoxes(
  { boxes, logits }: ReturnType<SsdNet["run"]>,
  anchors: Float32Array,
): FaceBox[] {
  const minLogit = Math.log(minScore / (1 - minScore));
  const found: FaceBox[] = [];
  for (let i = 0; i < logits.length; i++) {
    if (logits[i]! <= minLogit) continue;
    const [y, x, height, width] = boxes.subarray(
      i * 4,
      i * 4 + 4,
    ) as unknown as Four;
    const [top, left, bottom, right] = anchors.subarray(
      i * 4,
      i * 4 + 4,
    ) as unknown as Four;
    const anchorHeight = bottom - top;
    const anchorWidth = right - left;
    const centreY = top + anchorHeight / 2 + y / positionScale * anchorHeight;
    const centreX = left + anchorWidth / 2 + x / positionScale * anchorWidth;
    const halfHeight = Math.exp(height / sizeScale) * anchorHeight / 2;
    const halfWidth = Math.exp(width / sizeScale) * anchorWidth / 2;
    found.push({
      top: centreY - halfHeight,
      left: centreX - halfWidth,
      bottom: centreY + halfHeight,
      right: centreX + halfWidth,
      score: 1 / (1 + Math.exp(-logits[i]!)),
    });
  }
  return found;
}

type Four = readonly [number, number, number, number];

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

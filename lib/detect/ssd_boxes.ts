import type { FaceBox } from "./non_maximum_suppression.ts";
import type { SsdOutput } from "./ssd_graph.ts";

/** How much finer the network states sizes and positions than anchors are large (face-api's outputLayer.ts, TensorFlow's faster_rcnn_box_coder). */
const positionScale = 10;
const sizeScale = 5;

/**
 * Boxes of the anchors that score above the threshold; the others, nearly all, cost one
 * comparison each. They are in the network's own 0..1 coordinates and may reach beyond them.
 *
 * @param anchors top, left, bottom, right of each anchor, 0..1
 * @param minScore 0 to 1, exclusive
 */
export function decodeBoxes(
  { boxes, logits }: SsdOutput,
  anchors: Float32Array,
  minScore: number,
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

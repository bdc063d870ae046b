import type { SsdOutput } from "./ssd_graph.ts";

/** A scored box in the network's own 0..1 coordinates; it may reach beyond them. */
export interface SsdBox {
  readonly top: number;
  readonly left: number;
  readonly bottom: number;
  readonly right: number;
  /** 0 to 1 */
  readonly score: number;
}

/** How much finer the network states sizes and positions than anchors are large (face-api's outputLayer.ts, TensorFlow's faster_rcnn_box_coder). */
const positionScale = 10;
const sizeScale = 5;

/**
 * Boxes of the anchors that score above the threshold; the others, nearly all, cost one
 * comparison each.
 *
 * @param anchors top, left, bottom, right of each anchor, 0..1
 * @param minScore 0 to 1, exclusive
 */
export function decodeBoxes(
  { boxes, logits }: SsdOutput,
  anchors: Float32Array,
  minScore: number,
): SsdBox[] {
  const minLogit = Math.log(minScore / (1 - minScore));
  const found: SsdBox[] = [];
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

/**
 * Greedy non-maximum suppression: best score first, dropping boxes that overlap a kept one by
 * more than `maxOverlap` (intersection over union).
 */
export function suppressOverlaps(
  boxes: readonly SsdBox[],
  maxOverlap: number,
): SsdBox[] {
  const kept: SsdBox[] = [];
  for (const box of boxes.toSorted((a, b) => b.score - a.score)) {
    if (kept.every((other) => overlap(box, other) <= maxOverlap)) {
      kept.push(box);
    }
  }
  return kept;
}

/** Intersection over union, 0 to 1. */
export function overlap(
  a: Omit<SsdBox, "score">,
  b: Omit<SsdBox, "score">,
): number {
  const height = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
  const width = Math.min(a.right, b.right) - Math.max(a.left, b.left);
  if (height <= 0 || width <= 0) return 0;
  const shared = height * width;
  return shared / (areaOf(a) + areaOf(b) - shared);
}

function areaOf({ top, left, bottom, right }: Omit<SsdBox, "score">): number {
  return (bottom - top) * (right - left);
}

/** A candidate: its sides, in px of the photo unless told, and how sure its network is that it is a face. */
export interface FaceBox {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
  readonly score: number;
}

/** What the shared area of two boxes is divided by: that of both together, or that of the smaller. */
type OverlapMeasure = "union" | "smaller";

/**
 * Keeps of boxes that overlap by more than `maxOverlap` the one with the highest score; highest
 * score first.
 */
export function suppressNonMaxima<T extends FaceBox>(
  boxes: readonly T[],
  maxOverlap: number,
  measure: OverlapMeasure,
): T[] {
  let rest = boxes.toSorted((a, b) => b.score - a.score);
  const kept: T[] = [];
  while (rest.length > 0) {
    const best = rest[0]!;
    kept.push(best);
    rest = rest.filter((box, i) =>
      i > 0 && overlap(best, box, measure) <= maxOverlap
    );
  }
  return kept;
}

/**
 * How much two boxes overlap, 0 to 1. As in the original, "smaller" counts a box's last pixel in
 * (matlab's habit) and "union" does not (torchvision's).
 */
function overlap(
  a: FaceBox,
  b: FaceBox,
  measure: OverlapMeasure,
): number {
  const extra = measure === "smaller" ? 1 : 0;
  const width = Math.min(a.right, b.right) - Math.max(a.left, b.left) + extra;
  const height = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) + extra;
  const shared = Math.max(0, width) * Math.max(0, height);
  const areaA = (a.right - a.left + extra) * (a.bottom - a.top + extra);
  const areaB = (b.right - b.left + extra) * (b.bottom - b.top + extra);
  return shared /
    (measure === "smaller" ? Math.min(areaA, areaB) : areaA + areaB - shared);
}

import type { FaceBox } from "../non_maximum_suppression.ts";

/** Moves of the four sides, as shares of the box's size. */
export type Regression = readonly [
  left: number,
  top: number,
  right: number,
  bottom: number,
];

/**
 * Moves a box's sides as a network says.
 *
 * @param extraPx added to the size: 0 after P-Net, 1 after the other two, as in the original
 */
export function moveSides(
  box: FaceBox,
  by: Regression,
  extraPx: 0 | 1,
): FaceBox {
  const width = box.right - box.left + extraPx;
  const height = box.bottom - box.top + extraPx;
  return {
    left: box.left + by[0] * width,
    top: box.top + by[1] * height,
    right: box.right + by[2] * width,
    bottom: box.bottom + by[3] * height,
    score: box.score,
  };
}

/** The square of the longer side around the same centre. */
export function toSquare(box: FaceBox): FaceBox {
  const width = box.right - box.left;
  const height = box.bottom - box.top;
  const side = Math.max(width, height);
  const left = box.left + width / 2 - side / 2;
  const top = box.top + height / 2 - side / 2;
  return {
    left,
    top,
    right: left + side,
    bottom: top + side,
    score: box.score,
  };
}

/** The probability of a face from a network's two numbers: their softmax. */
export function faceProbability(noFace: number, face: number): number {
  return 1 / (1 + Math.exp(noFace - face));
}

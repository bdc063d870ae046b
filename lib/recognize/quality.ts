import type { Detection, Landmarks } from "../detect/face_detector.ts";
import { meanPoint } from "../detect/pose.ts";
import type { Photo } from "../image/photo.ts";

/** Something about a face that makes its embedding less sure, with what was measured. */
export type QualityIssue =
  | { readonly kind: "turned-away"; readonly turnRatio: number }
  | { readonly kind: "too-small"; readonly facePx: number }
  | { readonly kind: "too-dark"; readonly brightness: number }
  | { readonly kind: "too-blurred"; readonly sharpness: number };

/** What quality is judged by; higher is better but for `turnRatio`. */
interface QualityMeasures {
  /** Larger side of the face's box in the photo as decoded, px. */
  readonly facePx: number;
  /** Mean luma of the chip, 0 to 255 (ITU-R BT.601). */
  readonly brightness: number;
  /** Variance of the chip's Laplacian over its variance of luma: 0 for none, about 0.1 and up when sharp. */
  readonly sharpness: number;
  /** Nose's offset from the middle between the eyes over the distance of the eyes: 0 frontal, 0.5 at about 40 degrees. */
  readonly turnRatio: number;
}

/** Below these (or above, for turnRatio) an issue is named; set on the sample photos and their dark, blurred, small and profile versions. */
const limits = {
  facePx: 80,
  brightness: 40,
  sharpness: 0.02,
  turnRatio: 0.42,
};

/** Measures a face. @param chip the face, upright */
export function measureQuality(
  face: Detection,
  landmarks: Landmarks,
  chip: Photo,
): QualityMeasures {
  const luma = toLuma(chip);
  return {
    facePx: Math.round(Math.max(face.box.width, face.box.height)),
    brightness: mean(luma),
    sharpness: sharpness(luma, chip.width),
    turnRatio: turnRatio(landmarks),
  };
}

/** Names what is wrong with a face, worst for recognition first; empty when nothing is. */
export function judgeQuality(
  { turnRatio, facePx, brightness, sharpness }: QualityMeasures,
): QualityIssue[] {
  const issues: (QualityIssue | false)[] = [
    turnRatio > limits.turnRatio && { kind: "turned-away", turnRatio },
    facePx < limits.facePx && { kind: "too-small", facePx },
    brightness < limits.brightness && { kind: "too-dark", brightness },
    sharpness < limits.sharpness && { kind: "too-blurred", sharpness },
  ];
  return issues.filter((issue) => issue !== false);
}

/**
 * How far a face is from being refused: the least of its measures in units of their limits. Above 1
 * for a face without an issue; higher is better.
 */
export function leastQuality(
  { turnRatio, facePx, brightness, sharpness }: QualityMeasures,
): number {
  return Math.min(
    limits.turnRatio / Math.max(turnRatio, 1e-6),
    facePx / limits.facePx,
    brightness / limits.brightness,
    sharpness / limits.sharpness,
  );
}

function turnRatio({ points }: Landmarks): number {
  const left = meanPoint(points, [36, 39]);
  const right = meanPoint(points, [42, 45]);
  const nose = points[30]!;
  const dx = right.x - left.x;
  const dy = right.y - left.y;
  const along = (nose.x - (left.x + right.x) / 2) * dx +
    (nose.y - (left.y + right.y) / 2) * dy;
  return Math.abs(along) / (dx * dx + dy * dy);
}

function toLuma({ data, width, height }: Photo): Float32Array {
  const luma = new Float32Array(width * height);
  for (let i = 0, from = 0; i < luma.length; i++, from += 3) {
    luma[i] = 0.299 * data[from]! + 0.587 * data[from + 1]! +
      0.114 * data[from + 2]!;
  }
  return luma;
}

/** Pech-Pacheco et al. (ICPR 2000) judge focus by the Laplacian's variance; divided here by the picture's own, so that a dark photo does not count as blurred. */
function sharpness(luma: Float32Array, width: number): number {
  const inner = width - 2;
  const laplacian = new Float32Array(inner * (luma.length / width - 2));
  for (let to = 0, i = width + 1; to < laplacian.length; to++, i++) {
    if (to > 0 && to % inner === 0) i += 2; // from a row's last inner pixel to the next's first
    laplacian[to] = luma[i - 1]! + luma[i + 1]! + luma[i - width]! +
      luma[i + width]! - 4 * luma[i]!;
  }
  return variance(laplacian) / Math.max(1, variance(luma));
}

function mean(values: Float32Array): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i]!;
  return sum / values.length;
}

function variance(values: Float32Array): number {
  const centre = mean(values);
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += (values[i]! - centre) ** 2;
  return sum / values.length;
}

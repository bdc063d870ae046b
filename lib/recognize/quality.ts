import { fitFace } from "../align/template.ts";
import type { Detection, Landmarks } from "../detect/face_detector.ts";
import { meanPoint } from "../image/similarity.ts";
import type { Photo } from "../image/photo.ts";
import { resize } from "../image/resize.ts";

/** Something about a face that makes its embedding less sure, named after the quality component of ISO/IEC 29794-5, with what was measured. */
export type QualityIssue =
  | { readonly kind: "head-pose"; readonly turnRatio: number }
  | { readonly kind: "head-size"; readonly facePx: number }
  | { readonly kind: "under-exposure"; readonly darkShare: number }
  | { readonly kind: "over-exposure"; readonly brightShare: number }
  | { readonly kind: "sharpness"; readonly sharpness: number }
  /** ISO has no name for it: the landmarks do not fit a face. */
  | { readonly kind: "landmark-fit"; readonly residual: number };

/** What quality is judged by. */
interface QualityMeasures {
  /** Nose's offset from the middle between the eyes over the distance of the eyes: 0 frontal, 0.5 at about 40 degrees. */
  readonly turnRatio: number;
  /** Larger side of the face's box in the photo as decoded, px. */
  readonly facePx: number;
  /** Share of the face's pixels with a luma (ITU-R BT.601) of 25 or less. */
  readonly darkShare: number;
  /** Share of the face's pixels with a luma of 247 or more. */
  readonly brightShare: number;
  /** Variance of the Laplacian over the variance of luma, of the chip at 64 px: 0 for none. */
  readonly sharpness: number;
  /** How far the landmarks lie from where a face has them: see `fitFace`. */
  readonly residual: number;
}

/** What lies beyond these is named, and errors grow from there: `deno task sweep-quality` prints them. */
const limits: QualityMeasures = {
  turnRatio: 0.42,
  facePx: 50,
  darkShare: 0.3,
  brightShare: 0.15,
  sharpness: 0.06,
  residual: 0.08,
};

/**
 * How far a face is from each issue, in units of the limit: above 1 when all is well, the higher the
 * better. The unified quality is the least of them.
 */
type Quality = Readonly<
  Record<"unified" | QualityIssue["kind"], number>
>;

/** Side of the chip that blur is measured on, px: against the size of the face, not of the photo. */
const sharpnessPx = 64;
/** The face lies within this share of the chip's side around its middle. */
const faceRadius = 0.38;

/**
 * Judges a face.
 *
 * @param chip the face, upright
 * @returns its issues, worst for recognition first, and how far it is from each
 */
export function judgeQuality(
  face: Detection,
  landmarks: Landmarks,
  chip: Photo,
): { issues: QualityIssue[]; quality: Quality } {
  const small = resize(chip, sharpnessPx, sharpnessPx);
  const { darkShare, brightShare } = exposure(chip);
  const measures: QualityMeasures = {
    turnRatio: turnRatioOf(landmarks),
    facePx: Math.round(Math.max(face.box.width, face.box.height)),
    darkShare,
    brightShare,
    sharpness: sharpnessOf(lumaOf(small), sharpnessPx),
    residual: fitFace(landmarks, chip.width, 1).residual,
  };
  const { turnRatio, facePx, sharpness, residual } = measures;
  /** Each as what it is in units of its limit, above 1 when all is well. */
  const judged: (readonly [number, QualityIssue])[] = [
    [limits.residual / residual, { kind: "landmark-fit", residual }],
    [limits.turnRatio / turnRatio, { kind: "head-pose", turnRatio }],
    [facePx / limits.facePx, { kind: "head-size", facePx }],
    [limits.darkShare / darkShare, { kind: "under-exposure", darkShare }],
    [limits.brightShare / brightShare, { kind: "over-exposure", brightShare }],
    [sharpness / limits.sharpness, { kind: "sharpness", sharpness }],
  ];
  const components = judged.map(([units, { kind }]) => [kind, units]);
  return {
    issues: judged.filter(([units]) => units < 1).map(([, issue]) => issue),
    quality: {
      unified: Math.min(...judged.map(([units]) => units)),
      ...Object.fromEntries(components),
    },
  };
}

function turnRatioOf({ points }: Landmarks): number {
  const left = meanPoint(points, [36, 39]);
  const right = meanPoint(points, [42, 45]);
  const nose = points[30]!;
  const dx = right.x - left.x;
  const dy = right.y - left.y;
  const along = (nose.x - (left.x + right.x) / 2) * dx +
    (nose.y - (left.y + right.y) / 2) * dy;
  return Math.abs(along) / (dx * dx + dy * dy);
}

/** Shares of dark and bright pixels in the face's own histogram: the ends that ISO/IEC 29794-5 counts, on the disc where the face lies. */
function exposure(chip: Photo) {
  const luma = lumaOf(chip);
  const middle = (chip.width - 1) / 2;
  const radius = faceRadius * chip.width;
  let [count, dark, bright] = [0, 0, 0];
  for (let i = 0; i < luma.length; i++) {
    const x = i % chip.width;
    const y = (i - x) / chip.width;
    if ((x - middle) ** 2 + (y - middle) ** 2 > radius ** 2) continue;
    count++;
    if (luma[i]! <= 25) dark++;
    if (luma[i]! >= 247) bright++;
  }
  return { darkShare: dark / count, brightShare: bright / count };
}

function lumaOf({ data, width, height }: Photo): Float32Array {
  const luma = new Float32Array(width * height);
  for (let i = 0, from = 0; i < luma.length; i++, from += 3) {
    luma[i] = 0.299 * data[from]! + 0.587 * data[from + 1]! +
      0.114 * data[from + 2]!;
  }
  return luma;
}

/** Pech-Pacheco et al. (ICPR 2000) judge focus by the Laplacian's variance; divided here by the picture's own, so that a dark photo does not count as blurred. */
function sharpnessOf(luma: Float32Array, width: number): number {
  const inner = width - 2;
  const laplacian = new Float32Array(inner * (luma.length / width - 2));
  for (let to = 0, i = width + 1; to < laplacian.length; to++, i++) {
    if (to > 0 && to % inner === 0) i += 2; // from a row's last inner pixel to the next's first
    laplacian[to] = luma[i - 1]! + luma[i + 1]! + luma[i - width]! +
      luma[i + width]! - 4 * luma[i]!;
  }
  return variance(laplacian) / Math.max(1, variance(luma));
}

function variance(values: Float32Array): number {
  let [sum, squares] = [0, 0];
  for (const value of values) {
    sum += value;
    squares += value * value;
  }
  return squares / values.length - (sum / values.length) ** 2;
}

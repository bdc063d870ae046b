import type { Landmarks } from "../detect/face_detector.ts";
import {
  fitResidual,
  fitSimilarity,
  type Similarity,
} from "../image/similarity.ts";

/**
 * Where brows, nose, eyes and mouth of a mean face lie on the unit square: the last 51 of the 68
 * landmarks, x and y in turn (mean_face_shape_x and _y in dlib/image_transforms/interpolation.h).
 * Means of real faces as this project's landmark network sees them do as well
 * on the ten sample people; dlib's are published.
 */
// deno-fmt-ignore
const meanFace = [
  // Brows, 17 to 26.
  0.000213256, 0.106454, 0.0752622, 0.038915, 0.18113, 0.0187482, 0.29077, 0.0344891,
  0.393397, 0.0773906, 0.586856, 0.0773906, 0.689483, 0.0344891, 0.799124, 0.0187482,
  0.904991, 0.038915, 0.98004, 0.106454,
  // Nose, 27 to 35.
  0.490127, 0.203352, 0.490127, 0.307009, 0.490127, 0.409805, 0.490127, 0.515625,
  0.36688, 0.587326, 0.426036, 0.609345, 0.490127, 0.628106, 0.554217, 0.609345,
  0.613373, 0.587326,
  // Eyes, 36 to 47.
  0.121737, 0.216423, 0.187122, 0.178758, 0.265825, 0.179852, 0.334606, 0.231733,
  0.260918, 0.245099, 0.182743, 0.244077, 0.645647, 0.231733, 0.714428, 0.179852,
  0.793132, 0.178758, 0.858516, 0.216423, 0.79751, 0.244077, 0.719335, 0.245099,
  // Mouth, 48 to 67.
  0.254149, 0.780233, 0.340985, 0.745405, 0.428858, 0.727388, 0.490127, 0.742578,
  0.551395, 0.727388, 0.639268, 0.745405, 0.726104, 0.780233, 0.642159, 0.864805,
  0.556721, 0.902192, 0.490127, 0.909281, 0.423532, 0.902192, 0.338094, 0.864805,
  0.290379, 0.784792, 0.428096, 0.778746, 0.490127, 0.785343, 0.552157, 0.778746,
  0.689874, 0.784792, 0.553364, 0.824182, 0.490127, 0.831803, 0.42689, 0.824182,
];
/** The first of them among the 68; those before it lie on the jaw and move with the mouth. */
const firstInner = 17;
/** Border that dlib's recognition examples leave around the unit square, as a share of its side. */
const dlibPadding = 0.25;

/** How a face lies in a photo. */
interface FaceFit {
  /** From a chip's pixels to the photo's. */
  readonly map: Similarity;
  /**
   * Root mean square distance of the landmarks to where the mean face has them, as a share of the
   * unit square's side, which is about the width of the brows: 0.02 to 0.05 for faces.
   */
  readonly residual: number;
}

/**
 * Fits the mean face onto a face's inner landmarks by least squares.
 *
 * @param chipPx side of the chip, px
 * @param spread how much wider the face lies in the chip than dlib's padding makes it
 * @throws RangeError when all landmarks coincide
 */
export function fitFace(
  { points }: Landmarks,
  chipPx: number,
  spread: number,
): FaceFit {
  const squarePx = chipPx * spread / (1 + 2 * dlibPadding);
  const place = (value: number) => chipPx / 2 + (value - 0.5) * squarePx;
  const template = points.slice(firstInner).map((_, i) => ({
    x: place(meanFace[i * 2]!),
    y: place(meanFace[i * 2 + 1]!),
  }));
  const inner = points.slice(firstInner);
  const map = fitSimilarity(template, inner);
  return { map, residual: fitResidual(map, template, inner) / squarePx };
}

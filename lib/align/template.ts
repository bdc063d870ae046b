import type { Landmarks } from "../detect/face_detector.ts";
import { meanPoint } from "../detect/pose.ts";
import type { Point } from "../image/photo.ts";

/**
 * Where dlib puts five points of a face on the unit square: outer and inner corner of the eye on
 * the viewer's left, inner and outer corner of the other eye, base of the nose
 * (get_face_chip_details() in dlib/image_transforms/interpolation.h).
 */
const unitPoints: readonly Point[] = [
  { x: 0.1205750620789, y: 0.2137274526848 },
  { x: 0.3340850613712, y: 0.2290642403242 },
  { x: 0.6460604764104, y: 0.2289674387677 },
  { x: 0.8595674595992, y: 0.2134981538014 },
  { x: 0.4901123135679, y: 0.6277975316475 },
];

/** Border around the unit square, as a share of its side; dlib's recognition examples use it. */
export const chipPadding = 0.25;

/** The five points of dlib's template among its 68 landmarks, in the template's order. */
const among68 = [36, 39, 42, 45, 33];

/** The template's points on a chip of `chipPx`, px. */
export function templatePoints(chipPx: number): Point[] {
  const place = (value: number) =>
    (chipPadding + value) / (1 + 2 * chipPadding) * chipPx;
  return unitPoints.map(({ x, y }) => ({ x: place(x), y: place(y) }));
}

/** The five points of a face that belong onto `templatePoints`, in the same order. */
export function alignmentPoints({ points }: Landmarks): Point[] {
  return among68.map((index) => meanPoint(points, [index]));
}

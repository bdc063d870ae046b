import type { Landmarks } from "../detect/face_detector.ts";
import { meanPoint } from "../detect/pose.ts";
import type { Point } from "../image/photo.ts";

/**
 * Where dlib puts five points of a face on the unit square: outer and inner corner of the eye on
 * the viewer's left, inner and outer corner of the other eye, base of the nose
 * (get_face_chip_details() in dlib/image_transforms/interpolation.h).
 */
const cornerPoints: readonly Point[] = [
  { x: 0.1205750620789, y: 0.2137274526848 },
  { x: 0.3340850613712, y: 0.2290642403242 },
  { x: 0.6460604764104, y: 0.2289674387677 },
  { x: 0.8595674595992, y: 0.2134981538014 },
  { x: 0.4901123135679, y: 0.6277975316475 },
];

/**
 * Where MTCNN's points lie on the same square: eyes, tip of the nose, corners of the mouth, out of
 * dlib's mean face (mean_face_shape_x and _y in the same file). An eye is the mean of its six
 * points there (36 to 41, 42 to 47); the others are points 30, 48 and 54.
 */
const mtcnnPoints: readonly Point[] = [
  { x: 0.225492, y: 0.21599 },
  { x: 0.754761, y: 0.21599 },
  { x: 0.490127, y: 0.515625 },
  { x: 0.254149, y: 0.780233 },
  { x: 0.726104, y: 0.780233 },
];

/** Border around the unit square, as a share of its side; dlib's recognition examples use it. */
const chipPadding = 0.25;

/** The five points of dlib's template among its 68 landmarks, in the template's order. */
const among68 = [36, 39, 42, 45, 33];

/** The template's points on a chip of `chipPx`, px. */
export function templatePoints(
  chipPx: number,
  scheme: Landmarks["scheme"] = "dlib68",
): Point[] {
  const place = (value: number) =>
    (chipPadding + value) / (1 + 2 * chipPadding) * chipPx;
  const points = scheme === "dlib68" ? cornerPoints : mtcnnPoints;
  return points.map(({ x, y }) => ({ x: place(x), y: place(y) }));
}

/** The five points of a face that belong onto `templatePoints` of its scheme, in the same order. */
export function alignmentPoints({ scheme, points }: Landmarks): Point[] {
  if (scheme === "mtcnn5") return [...points];
  return among68.map((index) => meanPoint(points, [index]));
}

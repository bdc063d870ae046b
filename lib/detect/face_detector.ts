import type { Box, Photo, Point } from "../image/photo.ts";

/** A face found in a photo. */
export interface Detection {
  /** px of the photo */
  readonly box: Box;
  /** How sure the detector is, 0 to 1. */
  readonly score: number;
  /** Eyes, tip of the nose and corners of the mouth, px, left ones first as the viewer sees them; present where the detector finds them (MTCNN). */
  readonly fivePoints?: readonly Point[];
}

/** Points on a face, in pixels of the photo. */
export interface Landmarks {
  /** The 68 of iBUG 300-W, in the order that dlib and face-api share: jaw, brows, nose, eyes, mouth. */
  readonly points: readonly Point[];
}

/** Finds faces, largest first. */
export interface FaceDetector {
  readonly id: string;
  detect(photo: Photo): Promise<Detection[]>;
  dispose(): void;
}

/** Puts landmarks on faces that a detector found. */
export interface LandmarkFinder {
  find(photo: Photo, detections: readonly Detection[]): Promise<Landmarks[]>;
  dispose(): void;
}

/** Faces by area, largest first: the order of every detector's result. */
export function largestFirst<T extends Pick<Detection, "box">>(
  detections: readonly T[],
): T[] {
  const area = ({ box }: T) => box.width * box.height;
  return detections.toSorted((a, b) => area(b) - area(a));
}

/** A face with its box and points moved to where `place` says. */
export function moveFace(
  { box, score, fivePoints }: Detection,
  place: (point: Point) => Point,
): Detection {
  const a = place(box);
  const b = place({ x: box.x + box.width, y: box.y + box.height });
  return {
    box: {
      x: Math.min(a.x, b.x),
      y: Math.min(a.y, b.y),
      width: Math.abs(a.x - b.x),
      height: Math.abs(a.y - b.y),
    },
    score,
    ...fivePoints && { fivePoints: fivePoints.map(place) },
  };
}

import type { Box, Photo, Point } from "../image/photo.ts";

/** A face found in a photo. */
export interface Detection {
  /** px of the photo */
  readonly box: Box;
  /** How sure the detector is, 0 to 1. */
  readonly score: number;
  /** Present where the detector finds them itself (MTCNN). */
  readonly landmarks?: Landmarks;
}

/** Named points on a face, in pixels of the photo. Left and right as the viewer sees them. */
export interface Landmarks {
  /** Which points these are: dlib's 68, or MTCNN's eyes, nose tip and mouth corners. */
  readonly scheme: "dlib68" | "mtcnn5";
  /** px of the photo, in the scheme's own order. */
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

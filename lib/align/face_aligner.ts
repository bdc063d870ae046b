import type { Detection, Landmarks } from "../detect/face_detector.ts";
import type { Photo } from "../image/photo.ts";

/** Cuts a face out of a photo as a chip. */
export interface FaceAligner {
  /** Part of the model id: chips cut in different ways must not be compared. */
  readonly id: string;
  /** A square chip of `chipPx`, shape [chipPx, chipPx, 3]. */
  align(
    photo: Photo,
    face: Detection,
    landmarks: Landmarks,
    chipPx: number,
  ): Photo;
}

import { alignmentPoints } from "../align/template.ts";
import type { Detection, Landmarks } from "../detect/face_detector.ts";
import type { FaceMark } from "./picture.ts";

/** A detected face as figures draw it: box, score, and the five points that alignment uses. */
export function faceMark(
  face: Detection & { readonly landmarks: Landmarks },
): FaceMark {
  return {
    box: face.box,
    score: face.score,
    points: alignmentPoints(face.landmarks),
  };
}

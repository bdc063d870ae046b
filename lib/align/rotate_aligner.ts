import { sampleSquare } from "../image/sample.ts";
import type { FaceAligner } from "./face_aligner.ts";
import { fitSimilarity } from "./similarity.ts";
import { alignmentPoints, templatePoints } from "./template.ts";

/**
 * Turns the face upright: eyes and nose land where dlib's template has them, whatever the tilt of
 * the head and the size of the face in the photo.
 */
export const rotateAligner: FaceAligner = {
  id: "rotate",
  align(photo, _face, landmarks, chipPx) {
    const map = fitSimilarity(
      templatePoints(chipPx, landmarks.scheme),
      alignmentPoints(landmarks),
    );
    return sampleSquare(photo, map, chipPx);
  },
};

import type { Box, Photo } from "../image/photo.ts";
import { sampleSquare } from "../image/sample.ts";
import type { FaceAligner } from "./face_aligner.ts";

/** Border added to the landmarks' bounding box on each side, as a share of it; face-api's own value. */
const padding = 0.2;

/**
 * Only cuts the face out, as face-api's align() does: the landmarks' bounding box with a border,
 * padded to a square. A tilted head stays tilted. Kept to show what turning is worth.
 */
export const boxAligner: FaceAligner = {
  id: "box",
  align(photo, _face, { points }, chipPx) {
    const xs = points.map(({ x }) => x);
    const ys = points.map(({ y }) => y);
    const left = Math.min(...xs);
    const top = Math.min(...ys);
    const width = Math.max(...xs) - left;
    const height = Math.max(...ys) - top;
    const outline = { x: left, y: top, width, height };
    return squareOf(photo, outline, 1 + 2 * padding, chipPx);
  },
};

/** The square around a box, `enlarge` times its longer side. */
function squareOf(photo: Photo, box: Box, enlarge: number, chipPx: number) {
  const scale = Math.max(box.width, box.height) * enlarge / chipPx;
  const half = (chipPx - 1) / 2;
  const tx = box.x + box.width / 2 - scale * half;
  const ty = box.y + box.height / 2 - scale * half;
  return sampleSquare(photo, { a: scale, b: 0, tx, ty }, chipPx);
}

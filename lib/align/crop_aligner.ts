import { resizeLikePillow } from "../image/pillow_resize.ts";
import type { FaceAligner } from "./face_aligner.ts";

/**
 * Cuts the detector's box out and stretches it to a square, as facenet-pytorch's extract_face()
 * does: a tilted head stays tilted. Kept for parity with the original.
 *
 * @param marginPx border around the box, px of the chip, both sides together
 */
export function createCropAligner(marginPx = 0): FaceAligner {
  return {
    id: marginPx === 0 ? "crop" : `crop${marginPx}`,
    align(photo, { box }, _landmarks, chipPx) {
      const border = marginPx / (chipPx - marginPx) / 2;
      const left = Math.trunc(Math.max(0, box.x - border * box.width));
      const top = Math.trunc(Math.max(0, box.y - border * box.height));
      const right = Math.trunc(
        Math.min(photo.width, box.x + (1 + border) * box.width),
      );
      const bottom = Math.trunc(
        Math.min(photo.height, box.y + (1 + border) * box.height),
      );
      const rect = {
        left: Math.min(left, photo.width - 1),
        top: Math.min(top, photo.height - 1),
        right: Math.max(right, left + 1),
        bottom: Math.max(bottom, top + 1),
      };
      return resizeLikePillow(photo, rect, chipPx, chipPx);
    },
  };
}

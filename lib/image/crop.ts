import type { Box, Photo } from "./photo.ts";
import { fromImage } from "./decode_imagescript.ts";
import { toImage } from "./to_image.ts";

/** The part of a photo inside a box, the box cut to the photo's edges. */
export function crop(photo: Photo, box: Box): Photo {
  const left = Math.max(0, Math.floor(box.x));
  const top = Math.max(0, Math.floor(box.y));
  const right = Math.min(photo.width, Math.ceil(box.x + box.width));
  const bottom = Math.min(photo.height, Math.ceil(box.y + box.height));
  return fromImage(
    toImage(photo).crop(
      left,
      top,
      Math.max(1, right - left),
      Math.max(1, bottom - top),
    ),
  );
}

import { Image, type JPEGQuality } from "imagescript";
import type { Photo } from "./photo.ts";

/** The same pixels as an imagescript image, which can be drawn on. */
export function toImage(photo: Photo): Image {
  const image = new Image(photo.width, photo.height);
  const { bitmap } = image;
  for (let from = 0, to = 0; from < photo.data.length; from += 3, to += 4) {
    bitmap[to] = photo.data[from]!;
    bitmap[to + 1] = photo.data[from + 1]!;
    bitmap[to + 2] = photo.data[from + 2]!;
    bitmap[to + 3] = 255;
  }
  return image;
}

/** Encodes as PNG, without loss. */
export function encodePng(photo: Photo): Promise<Uint8Array> {
  return toImage(photo).encode();
}

/** Encodes as JPEG. @param quality 1 to 100 */
export function encodeJpeg(
  photo: Photo,
  quality: JPEGQuality = 92,
): Promise<Uint8Array> {
  return toImage(photo).encodeJPEG(quality);
}

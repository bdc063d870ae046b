import type { Image, JPEGQuality } from "imagescript";
import type { Photo } from "./photo.ts";

/** Encodes as PNG, without loss. */
export async function encodePng(photo: Photo): Promise<Uint8Array> {
  return await (await toImage(photo)).encode();
}

/** Encodes as JPEG. @param quality 1 to 100 */
export async function encodeJpeg(
  photo: Photo,
  quality: JPEGQuality = 92,
): Promise<Uint8Array> {
  return await (await toImage(photo)).encodeJPEG(quality);
}

/** imagescript is loaded by the first photo that needs it: a sign-in encodes none. */
async function toImage(photo: Photo): Promise<Image> {
  const { Image } = await import("imagescript");
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

import type { JPEGQuality } from "imagescript";
import type { Photo } from "./photo.ts";

/** Encodes as PNG, without loss. */
export async function encodePng(photo: Photo): Promise<Uint8Array> {
  return await (await image(photo)).encode();
}

/** Encodes as JPEG. @param quality 1 to 100 */
export async function encodeJpeg(
  photo: Photo,
  quality: JPEGQuality = 92,
): Promise<Uint8Array> {
  return await (await image(photo)).encodeJPEG(quality);
}

/** imagescript is loaded by the first photo that needs it: a sign-in encodes none. */
async function image(photo: Photo) {
  const { toImage } = await import("./to_image.ts");
  return toImage(photo);
}

import { encodeJpeg } from "../image/encode.ts";
import { readPhoto } from "../recognize/photo_files.ts";
import type { Recognizer } from "../recognize/recognizer.ts";
import type { Dataset } from "./dataset.ts";

/** Chips as JPEG data URIs, by index of photo. */
export type FacePictures = ReadonlyMap<number, string>;

/** Cuts the largest face out of each of some photos that are known to show one. */
export async function pictureFaces(
  recognizer: Recognizer,
  { photos }: Dataset,
  wanted: readonly number[],
): Promise<FacePictures> {
  const pictures = new Map<number, string>();
  for (const index of new Set(wanted)) {
    const photo = await readPhoto(photos[index]!.path);
    const [largest] = await recognizer.findFaces(photo);
    if (largest === undefined) continue;
    const jpeg = await encodeJpeg(largest.chip, 80);
    pictures.set(index, `data:image/jpeg;base64,${jpeg.toBase64()}`);
  }
  return pictures;
}

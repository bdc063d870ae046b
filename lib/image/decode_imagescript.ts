import { decode, GIF, type Image } from "imagescript";
import { orient } from "./orient.ts";
import type { Photo } from "./photo.ts";
import { fitInside, resize } from "./resize.ts";

/**
 * Decodes with imagescript, which knows neither EXIF orientation nor shrinking: both follow here.
 *
 * @param orientation 1 to 8 as in EXIF 2.3, tag 0x0112; anything else leaves the photo as it is
 */
export async function decodeWithImagescript(
  bytes: Uint8Array,
  orientation: number,
  longestPx: number,
): Promise<Photo> {
  const decoded = await decode(bytes);
  const photo = toPhoto(decoded instanceof GIF ? decoded[0]! : decoded);
  const { width, height } = fitInside(photo, longestPx);
  return orient(resize(photo, width, height), orientation);
}

/** Packs an imagescript image as RGB, its transparency laid on white. */
function toPhoto(
  { bitmap, width, height }: Pick<Image, "bitmap" | "width" | "height">,
): Photo {
  const data = new Uint8Array(width * height * 3);
  for (let from = 0, to = 0; to < data.length; from += 4, to += 3) {
    const opaque = bitmap[from + 3]! / 255;
    const white = 255 * (1 - opaque);
    data[to] = bitmap[from]! * opaque + white + 0.5;
    data[to + 1] = bitmap[from + 1]! * opaque + white + 0.5;
    data[to + 2] = bitmap[from + 2]! * opaque + white + 0.5;
  }
  return { data, width, height };
}

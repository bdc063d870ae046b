import { decode, GIF, type Image } from "imagescript";
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

/** Where the stored pixel of an upright place (x, y) lies, by orientation. */
const storedPlaces: Record<
  number,
  (x: number, y: number, right: number, bottom: number) => [number, number]
> = {
  2: (x, y, right) => [right - x, y],
  3: (x, y, right, bottom) => [right - x, bottom - y],
  4: (x, y, _, bottom) => [x, bottom - y],
  5: (x, y) => [y, x],
  6: (x, y, _, bottom) => [y, bottom - x],
  7: (x, y, right, bottom) => [right - y, bottom - x],
  8: (x, y, right) => [right - y, x],
};

function orient(photo: Photo, orientation: number): Photo {
  const storedPlace = storedPlaces[orientation];
  if (storedPlace === undefined) return photo;
  const isTurned = orientation >= 5;
  const width = isTurned ? photo.height : photo.width;
  const height = isTurned ? photo.width : photo.height;
  const data = new Uint8Array(photo.data.length);
  for (let y = 0, to = 0; y < height; y++) {
    for (let x = 0; x < width; x++, to += 3) {
      const [fromX, fromY] = storedPlace(
        x,
        y,
        photo.width - 1,
        photo.height - 1,
      );
      const from = (fromY * photo.width + fromX) * 3;
      data[to] = photo.data[from]!;
      data[to + 1] = photo.data[from + 1]!;
      data[to + 2] = photo.data[from + 2]!;
    }
  }
  return { data, width, height };
}

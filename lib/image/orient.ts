import type { Photo } from "./photo.ts";

/**
 * Turns a photo upright by its EXIF orientation.
 *
 * @param orientation 1 to 8 as in EXIF 2.3, tag 0x0112; anything else leaves it as it is.
 */
export function orient(photo: Photo, orientation: number): Photo {
  if (orientation < 2 || orientation > 8) return photo;
  const { width, height } = photo;
  const turned = orientation >= 5;
  const outWidth = turned ? height : width;
  const outHeight = turned ? width : height;
  const data = new Uint8Array(photo.data.length);
  for (let y = 0; y < outHeight; y++) {
    for (let x = 0; x < outWidth; x++) {
      const from = sourceOf(x, y, width, height, orientation) * 3;
      const to = (y * outWidth + x) * 3;
      data[to] = photo.data[from]!;
      data[to + 1] = photo.data[from + 1]!;
      data[to + 2] = photo.data[from + 2]!;
    }
  }
  return { data, width: outWidth, height: outHeight };
}

/** Index of the stored pixel that is shown at (x, y) once the photo is upright. */
function sourceOf(
  x: number,
  y: number,
  width: number,
  height: number,
  orientation: number,
) {
  const right = width - 1;
  const bottom = height - 1;
  switch (orientation) {
    case 2:
      return y * width + right - x;
    case 3:
      return (bottom - y) * width + right - x;
    case 4:
      return (bottom - y) * width + x;
    case 5:
      return x * width + y;
    case 6:
      return (bottom - x) * width + y;
    case 7:
      return (bottom - x) * width + right - y;
    default:
      return x * width + right - y;
  }
}

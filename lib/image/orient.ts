import type { Photo, Point } from "./photo.ts";

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

/**
 * Turns a photo as its EXIF orientation says.
 *
 * @param orientation 1 to 8 as in EXIF 2.3, tag 0x0112; anything else leaves it as it is
 */
export function orient(photo: Photo, orientation: number): Photo {
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

/** Where a point of the turned photo lies in the photo as it was before `orient`. */
export function storedPoint(
  { x, y }: Point,
  orientation: number,
  { width, height }: Pick<Photo, "width" | "height">,
): Point {
  const [fromX, fromY] = storedPlaces[orientation]?.(
    x,
    y,
    width - 1,
    height - 1,
  ) ?? [x, y];
  return { x: fromX, y: fromY };
}

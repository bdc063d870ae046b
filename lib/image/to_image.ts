import { Image } from "imagescript";
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

import { Figure, marginPx, titlePx } from "./figure.ts";
import {
  drawPictures,
  type Picture,
  pictureHeight,
  type PlacedPicture,
} from "./picture.ts";

/** How a gallery is laid out. */
interface GalleryLayout {
  /** Pictures in a row; 5 unless told otherwise. */
  readonly columns?: number;
  /** Width of one picture, px; 128 unless told otherwise. */
  readonly pictureWidth?: number;
}

const gap = 14;
const captionHeight = 26;

/** Photos in rows, each with its faces marked and a caption. */
export async function galleryFigure(
  title: string,
  items: readonly Picture[],
  { columns = 5, pictureWidth = 128 }: GalleryLayout = {},
): Promise<Figure> {
  const placed: PlacedPicture[] = [];
  let y = titlePx;
  for (let start = 0; start < items.length; start += columns) {
    const row = items.slice(start, start + columns);
    row.forEach((item, column) =>
      placed.push({
        ...item,
        x: marginPx + column * (pictureWidth + gap),
        y,
        width: pictureWidth,
      })
    );
    y += captionHeight + Math.max(
      ...row.map(({ photo }) => pictureHeight(photo, pictureWidth)),
    );
  }
  const across = Math.max(1, Math.min(columns, items.length));
  return new Figure({
    title,
    description: `${title}: ${items.map(({ caption }) => caption).join(", ")}.`,
    width: marginPx * 2 + across * pictureWidth + (across - 1) * gap,
    height: y + marginPx - 8,
  }, await drawPictures(placed));
}

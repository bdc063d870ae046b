import { Figure, marginPx, titlePx } from "./figure.ts";
import { drawPicture, type Picture, pictureHeight } from "./picture.ts";
import { ink, svgText } from "./svg.ts";

/** A picture and the line below it. */
export interface GalleryItem extends Picture {
  readonly caption: string;
}

/** How a gallery is laid out. */
export interface GalleryLayout {
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
  items: readonly GalleryItem[],
  layout: GalleryLayout = {},
): Promise<Figure> {
  const { columns = 5, pictureWidth = 128 } = layout;
  const contents: string[] = [];
  let y = titlePx;
  for (let start = 0; start < items.length; start += columns) {
    const row = items.slice(start, start + columns);
    const height = Math.max(
      ...row.map(({ photo }) => pictureHeight(photo, pictureWidth)),
    );
    for (const [column, item] of row.entries()) {
      const x = marginPx + column * (pictureWidth + gap);
      contents.push(
        await drawPicture(item, x, y, pictureWidth),
        svgText(x, y + height + 16, item.caption, {
          size: 12,
          color: ink.quiet,
        }),
      );
    }
    y += height + captionHeight;
  }
  const across = Math.min(columns, items.length);
  const width = marginPx * 2 + across * pictureWidth + (across - 1) * gap;
  return new Figure(
    width,
    y + marginPx - 8,
    title,
    describe(title, items),
    contents,
  );
}

function describe(title: string, items: readonly GalleryItem[]): string {
  const each = items.map(({ caption, faces }) =>
    faces === undefined
      ? caption
      : `${caption} (${faces.length} ${faces.length === 1 ? "face" : "faces"})`
  );
  return `${title}: ${each.join(", ")}.`;
}

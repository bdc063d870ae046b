import * as Plot from "@observablehq/plot";
import { Figure, ink, label, marginPx, titlePx } from "./figure.ts";
import { drawPictures, type Picture, pictureHeight } from "./picture.ts";

const photoWidth = 210;
const chipWidth = 180;
const arrowWidth = 64;
const gap = 26;

/** A photo with its face marked, an arrow, and the chips that were cut from it, side by side. */
export async function chipFigure(
  title: string,
  original: Picture,
  chips: readonly Picture[],
): Promise<Figure> {
  const photoHeight = pictureHeight(original.photo, photoWidth);
  const chipTop = titlePx + Math.max(0, (photoHeight - chipWidth) / 2 - 10);
  const firstChip = marginPx + photoWidth + arrowWidth;
  const placed = chips.map(({ photo }, i) => ({
    photo,
    x: firstChip + i * (chipWidth + gap),
    y: chipTop,
    width: chipWidth,
  }));
  const pictures = await drawPictures([
    { ...original, x: marginPx, y: titlePx, width: photoWidth },
    ...placed,
  ]);
  const y = chipTop + chipWidth / 2;
  return new Figure({
    title,
    description: `${title}: ${original.caption}; ${
      chips.map(({ caption }) => caption).join("; ")
    }.`,
    width: firstChip + chips.length * (chipWidth + gap) - gap + marginPx,
    height: titlePx + photoHeight + 18 + marginPx,
  }, [
    ...pictures,
    ...chips.map(({ caption }, i) =>
      label(caption!, placed[i]!.x, chipTop + chipWidth + 14, {
        fontWeight: 600,
      })
    ),
    Plot.arrow([y], {
      x1: [marginPx + photoWidth + 12],
      x2: [firstChip - 12],
      y1: [y],
      y2: [y],
      stroke: ink.quiet,
      strokeWidth: 2,
    }),
  ]);
}

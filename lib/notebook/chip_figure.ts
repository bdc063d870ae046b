import type { Photo } from "../image/photo.ts";
import { Figure, marginPx, titlePx } from "./figure.ts";
import { drawPicture, type Picture, pictureHeight } from "./picture.ts";
import { ink, svgElement, svgLine, svgText } from "./svg.ts";

/** A chip and the lines below it. */
export interface CaptionedChip {
  readonly chip: Photo;
  readonly caption: readonly string[];
}

const photoWidth = 210;
const chipWidth = 180;
const arrowWidth = 64;
const gap = 26;

/** A photo with its face marked, an arrow, and the chips that were cut from it, side by side. */
export async function chipFigure(
  title: string,
  original: Picture & { readonly caption: string },
  chips: readonly CaptionedChip[],
): Promise<Figure> {
  const photoHeight = pictureHeight(original.photo, photoWidth);
  const chipTop = titlePx + Math.max(0, (photoHeight - chipWidth) / 2 - 10);
  const firstChip = marginPx + photoWidth + arrowWidth;
  const contents = [
    await drawPicture(original, marginPx, titlePx, photoWidth),
    svgText(marginPx, titlePx + photoHeight + 18, original.caption, {
      size: 12,
      color: ink.quiet,
    }),
    drawArrow(
      marginPx + photoWidth + 12,
      firstChip - 12,
      chipTop + chipWidth / 2,
    ),
  ];
  for (const [index, { chip, caption }] of chips.entries()) {
    const x = firstChip + index * (chipWidth + gap);
    contents.push(await drawPicture({ photo: chip }, x, chipTop, chipWidth));
    caption.forEach((line, row) => {
      const y = chipTop + chipWidth + 18 + row * 17;
      contents.push(
        svgText(x, y, line, {
          size: 12,
          bold: row === 0,
          color: row === 0 ? ink.text : ink.quiet,
        }),
      );
    });
  }
  return new Figure(
    firstChip + chips.length * (chipWidth + gap) - gap + marginPx,
    titlePx + photoHeight + 18 + marginPx,
    title,
    `${title}: ${original.caption}; ${
      chips.map(({ caption }) => caption.join(" ")).join("; ")
    }.`,
    contents,
  );
}

/** An arrow from left to right. */
export function drawArrow(left: number, right: number, y: number): string {
  return svgLine(left, y, right - 6, y, ink.quiet, 2) +
    svgElement("path", {
      d: `M${right - 9} ${y - 6}L${right} ${y}L${right - 9} ${y + 6}Z`,
      fill: ink.quiet,
    });
}

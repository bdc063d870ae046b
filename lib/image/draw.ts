import { Image } from "imagescript";
import { fromImage } from "./decode_imagescript.ts";
import { toImage } from "./to_image.ts";
import type { Box, Photo, Point } from "./photo.ts";

/** What is drawn over a photo for one face. */
export interface Overlay {
  readonly box: Box;
  readonly points: readonly Point[];
  /** 0 to 1, written above the box with two decimals */
  readonly score: number;
}

const boxColor = Image.rgbToColor(46, 204, 113);
const pointColor = Image.rgbToColor(255, 214, 10);

/** Digits as 3 x 5 pixels, a row per octal digit: imagescript draws text only with a font file. */
const glyphs: Readonly<Record<string, string>> = {
  "0": "75557",
  "1": "26227",
  "2": "71747",
  "3": "71717",
  "4": "55711",
  "5": "74717",
  "6": "74757",
  "7": "71111",
  "8": "75757",
  "9": "75717",
  ".": "00002",
};

/** A copy of the photo with each face's box, points and score drawn over it. */
export function drawOverlays(
  photo: Photo,
  overlays: readonly Overlay[],
): Photo {
  const image = toImage(photo);
  const linePx = Math.max(
    2,
    Math.round(Math.max(photo.width, photo.height) / 300),
  );
  for (const { box, points, score } of overlays) {
    const right = box.x + box.width;
    const bottom = box.y + box.height;
    fill(image, box.x, box.y, right, box.y + linePx);
    fill(image, box.x, bottom - linePx, right, bottom);
    fill(image, box.x, box.y, box.x + linePx, bottom);
    fill(image, right - linePx, box.y, right, bottom);
    for (const { x, y } of points) {
      image.drawCircle(
        Math.round(x) + 1,
        Math.round(y) + 1,
        linePx,
        pointColor,
      );
    }
    write(
      image,
      score.toFixed(2),
      box.x + 2 * linePx,
      box.y + 2 * linePx,
      linePx,
    );
  }
  return fromImage(image);
}

function write(
  image: Image,
  text: string,
  left: number,
  top: number,
  dotPx: number,
): void {
  [...text].forEach((character, index) => {
    [...(glyphs[character] ?? "")].forEach((octal, row) => {
      for (let column = 0; column < 3; column++) {
        if ((Number(octal) & (4 >> column)) === 0) continue;
        const x = left + (index * 4 + column) * dotPx;
        const y = top + row * dotPx;
        fill(image, x, y, x + dotPx, y + dotPx);
      }
    });
  });
}

/** Fills a rectangle, cut to the image's edges; imagescript counts pixels from 1. */
function fill(
  image: Image,
  left: number,
  top: number,
  right: number,
  bottom: number,
): void {
  const x = Math.max(0, Math.round(left));
  const y = Math.max(0, Math.round(top));
  const width = Math.min(image.width, Math.round(right)) - x;
  const height = Math.min(image.height, Math.round(bottom)) - y;
  if (width > 0 && height > 0) {
    image.drawBox(x + 1, y + 1, width, height, boxColor);
  }
}

import type { Box, Photo, Point } from "../image/photo.ts";
import { encodeJpeg } from "../image/encode.ts";
import { resize } from "../image/resize.ts";
import { ink, svgElement, svgText } from "./svg.ts";

/** Pixels embedded per pixel shown: enough for a dense screen, small enough to commit. */
const density = 1.5;
const jpegQuality = 78;

/** What is drawn over a photo for one face, in pixels of that photo. */
export interface FaceMark {
  readonly box: Box;
  readonly points: readonly Point[];
  /** 0 to 1 */
  readonly score: number;
}

/** A photo in a figure, with what is drawn over it. */
export interface Picture {
  readonly photo: Photo;
  readonly faces?: readonly FaceMark[];
}

/** Height at which a photo of this shape is shown, px. */
export function pictureHeight(
  { width, height }: Photo,
  shownWidth: number,
): number {
  return Math.round(height * shownWidth / width);
}

/** Draws a photo at (x, y) with its faces' boxes, points and scores over it. */
export async function drawPicture(
  { photo, faces = [] }: Picture,
  x: number,
  y: number,
  shownWidth: number,
): Promise<string> {
  const height = pictureHeight(photo, shownWidth);
  const scale = shownWidth / photo.width;
  return svgElement("image", {
    x,
    y,
    width: shownWidth,
    height,
    href: await photoUri(photo, Math.round(shownWidth * density)),
  }) + faces.map((face) => drawFace(face, x, y, scale)).join("");
}

/** The photo as a JPEG inside a `data:` address, at most `width` px wide. */
export async function photoUri(photo: Photo, width: number): Promise<string> {
  const wide = Math.min(photo.width, width);
  const small = resize(photo, wide, pictureHeight(photo, wide));
  return `data:image/jpeg;base64,${
    (await encodeJpeg(small, jpegQuality)).toBase64()
  }`;
}

function drawFace(
  { box, points, score }: FaceMark,
  x: number,
  y: number,
  scale: number,
): string {
  const left = x + box.x * scale;
  const top = y + box.y * scale;
  const dot = Math.max(1.4, box.width * scale / 45);
  return [
    svgElement("rect", {
      x: left,
      y: top,
      width: box.width * scale,
      height: box.height * scale,
      rx: 2,
      fill: "none",
      stroke: ink.box,
      "stroke-width": 2,
    }),
    ...points.map((point) =>
      svgElement("circle", {
        cx: x + (point.x + 0.5) * scale,
        cy: y + (point.y + 0.5) * scale,
        r: dot,
        fill: ink.point,
        stroke: "#00000080",
        "stroke-width": 0.5,
      })
    ),
    svgElement("rect", {
      x: left,
      y: top,
      width: 31,
      height: 15,
      fill: ink.box,
    }),
    svgText(left + 3.5, top + 11.5, score.toFixed(2), {
      size: 11.5,
      color: "#0b2a17",
      bold: true,
    }),
  ].join("");
}

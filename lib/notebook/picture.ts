import * as Plot from "@observablehq/plot";
import type { Detection, Landmarks } from "../detect/face_detector.ts";
import { encodeJpeg } from "../image/encode.ts";
import type { Photo } from "../image/photo.ts";
import { resize } from "../image/resize.ts";
import { Figure, ink, marginPx, titlePx } from "./figure.ts";

/** Pixels embedded per pixel shown: enough for a dense screen, small enough to commit. */
const density = 1.5;
const jpegQuality = 78;

/** A photo in a figure, the faces to mark in it, and the line below it. */
export interface Picture {
  readonly photo: Photo;
  readonly faces?: readonly (Detection & { readonly landmarks: Landmarks })[];
  readonly caption?: string;
}

/** A picture and where its top left lies and how wide it is shown, px. */
interface PlacedPicture extends Picture {
  readonly x: number;
  readonly y: number;
  readonly width: number;
}

/** Height at which a photo of this shape is shown, px. */
export function pictureHeight(
  { width, height }: Photo,
  shownWidth: number,
): number {
  return Math.round(height * shownWidth / width);
}

/** Photos with their faces' boxes, scores and the points that alignment uses, captions below. */
export async function drawPictures(
  pictures: readonly PlacedPicture[],
): Promise<Plot.Markish[]> {
  const placed = await Promise.all(
    pictures.map(async (picture) => ({
      ...picture,
      height: pictureHeight(picture.photo, picture.width),
      src: await photoUri(picture.photo, Math.round(picture.width * density)),
    })),
  );
  const faces = placed.flatMap(({ photo, faces = [], x, y, width }) =>
    faces.map(({ box, score, landmarks }) => {
      const scale = width / photo.width;
      return {
        x1: x + box.x * scale,
        y1: y + box.y * scale,
        x2: x + (box.x + box.width) * scale,
        y2: y + (box.y + box.height) * scale,
        score: score.toFixed(2),
        dots: landmarks.points.map((point) => ({
          x: x + (point.x + 0.5) * scale,
          y: y + (point.y + 0.5) * scale,
          r: Math.max(1.4, box.width * scale / 45),
        })),
      };
    })
  );
  return [
    ...placed.map(({ src, x, y, width, height }) =>
      Plot.image([src], {
        x: [x + width / 2],
        y: [y + height / 2],
        src: [src],
        width,
        height,
      })
    ),
    Plot.text(placed, {
      x: "x",
      y: ({ y, height }) => y + height + 12,
      text: "caption",
      textAnchor: "start",
      fontSize: 12,
      fill: ink.quiet,
    }),
    Plot.rect(faces, {
      x1: "x1",
      y1: "y1",
      x2: "x2",
      y2: "y2",
      rx: 2,
      fill: "none",
      stroke: ink.box,
      strokeWidth: 2,
    }),
    Plot.dot(faces.flatMap(({ dots }) => dots), {
      x: "x",
      y: "y",
      r: ({ r }) => r,
      fill: ink.point,
      stroke: "#00000080",
      strokeWidth: 0.5,
    }),
    Plot.rect(faces, {
      x1: "x1",
      y1: "y1",
      x2: ({ x1 }) => x1 + 31,
      y2: ({ y1 }) => y1 + 15,
      fill: ink.box,
    }),
    Plot.text(faces, {
      x: ({ x1 }) => x1 + 3.5,
      y: ({ y1 }) => y1 + 7.5,
      text: "score",
      textAnchor: "start",
      fontSize: 11.5,
      fontWeight: 600,
      fill: "#0b2a17",
    }),
  ];
}

/** The photo as a JPEG inside a `data:` address, at most `width` px wide. */
async function photoUri(photo: Photo, width: number): Promise<string> {
  const wide = Math.min(photo.width, width);
  const small = resize(photo, wide, pictureHeight(photo, wide));
  const jpeg = await encodeJpeg(small, jpegQuality);
  return `data:image/jpeg;base64,${jpeg.toBase64()}`;
}

/** How a gallery is laid out. */
interface GalleryLayout {
  /** Pictures in a row; 5 unless told otherwise. */
  readonly columns?: number;
  /** Width of one picture, px; 128 unless told otherwise, 180 where they do not fill a row. */
  readonly pictureWidth?: number;
}

const pictureGap = 14;
const captionHeight = 26;

/** Photos in rows, each with its faces marked and a caption. */
export async function galleryFigure(
  title: string,
  items: readonly Picture[],
  { columns = 5, pictureWidth = items.length < columns ? 180 : 128 }:
    GalleryLayout = {},
): Promise<Figure> {
  const placed: PlacedPicture[] = [];
  let y = titlePx;
  for (let start = 0; start < items.length; start += columns) {
    const row = items.slice(start, start + columns);
    row.forEach((item, column) =>
      placed.push({
        ...item,
        x: marginPx + column * (pictureWidth + pictureGap),
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
    width: marginPx * 2 + across * pictureWidth + (across - 1) * pictureGap,
    height: y + marginPx - 8,
  }, await drawPictures(placed));
}

import type { Photo } from "../image/photo.ts";
import {
  distanceRowsHeight,
  drawDistanceRows,
  type NamedDistance,
} from "./distance_rows.ts";
import { Figure, marginPx, titlePx } from "./figure.ts";
import { drawPicture, type Picture, pictureHeight } from "./picture.ts";
import { ink, svgElement, svgText } from "./svg.ts";

/** A sign-in as a figure shows it. */
export interface SignIn {
  /** The sign-in photo and its file name. */
  readonly probe: Picture & { readonly name: string };
  readonly probeChip: Photo;
  /** The registered photo that lies nearest, and its chip. */
  readonly nearest: { readonly name: string; readonly chip: Photo };
  /** Distances to show on the scale, the nearest first. */
  readonly distances: readonly NamedDistance[];
  readonly threshold: number;
  readonly accepted: boolean;
  /** The verdict in words, at most about 40 letters. */
  readonly verdict: string;
}

const width = 680;
const photoWidth = 176;
const chipWidth = 150;

/** The sign-in photo beside its nearest template, the distances on a scale, and the verdict. */
export async function signInFigure(
  title: string,
  signIn: SignIn,
): Promise<Figure> {
  const { probe, probeChip, nearest, distances, threshold, accepted, verdict } =
    signIn;
  const photoHeight = pictureHeight(probe.photo, photoWidth);
  const chipTop = titlePx + 30;
  const probeX = marginPx + photoWidth + 48;
  const nearestX = width - marginPx - chipWidth;
  const scaleTop = titlePx + photoHeight + 40;
  const color = accepted ? ink.accept : ink.reject;
  const caption = (x: number, y: number, text: string) =>
    svgText(x, y, text, { size: 12, color: ink.quiet });
  const between = (probeX + chipWidth + nearestX) / 2;
  const distance = distances[0]?.distance ?? NaN;
  const contents = [
    await drawPicture(probe, marginPx, titlePx, photoWidth),
    caption(marginPx, titlePx + photoHeight + 17, probe.name),
    caption(probeX, chipTop - 8, "sign-in chip"),
    await drawPicture({ photo: probeChip }, probeX, chipTop, chipWidth),
    caption(nearestX, chipTop - 8, "nearest registered chip"),
    await drawPicture({ photo: nearest.chip }, nearestX, chipTop, chipWidth),
    caption(nearestX, chipTop + chipWidth + 17, nearest.name),
    svgText(between, chipTop + chipWidth / 2 + 2, distance.toFixed(2), {
      size: 26,
      anchor: "middle",
      bold: true,
      color,
    }),
    svgText(between, chipTop + chipWidth / 2 + 21, "apart", {
      size: 12,
      anchor: "middle",
      color: ink.quiet,
    }),
    ...drawVerdict(probeX, titlePx + photoHeight - 10, verdict, color),
    ...drawDistanceRows(distances, {
      left: marginPx,
      top: scaleTop,
      width: width - 2 * marginPx,
      threshold,
    }),
  ];
  return new Figure(
    width,
    scaleTop + distanceRowsHeight(distances.length) + marginPx - 6,
    title,
    `${verdict}: ${probe.name} lies ${
      distance.toFixed(2)
    } from ${nearest.name}, threshold ${threshold.toFixed(2)}.`,
    contents,
  );
}

function drawVerdict(
  x: number,
  y: number,
  verdict: string,
  color: string,
): string[] {
  return [
    svgElement("rect", { x, y: y - 21, width: 6, height: 28, fill: color }),
    svgText(x + 16, y, verdict, { size: 19, bold: true, color }),
  ];
}

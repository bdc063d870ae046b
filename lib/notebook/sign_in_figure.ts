import * as Plot from "@observablehq/plot";
import type { Photo } from "../image/photo.ts";
import {
  distanceFigureWidth as width,
  distancePlot,
  type NamedDistance,
} from "./distance_figure.ts";
import { Figure, ink, inset, label, marginPx, titlePx } from "./figure.ts";
import { drawPictures, type Picture, pictureHeight } from "./picture.ts";

/** A sign-in as a figure shows it. */
interface ShownSignIn {
  /** The sign-in photo, its file name as caption. */
  readonly probe: Picture;
  readonly probeChip: Photo;
  /** The chip of the registered photo that lies nearest, that photo's name as caption. */
  readonly nearest: Picture;
  /** Distances to show on the scale, the nearest first. */
  readonly distances: readonly NamedDistance[];
  readonly threshold: number;
  readonly accepted: boolean;
  /** The verdict in words, at most about 40 letters. */
  readonly verdict: string;
}

const photoWidth = 176;
const chipWidth = 150;

/** The sign-in photo beside its nearest template, the distances on a scale, and the verdict. */
export async function signInFigure(
  title: string,
  shown: ShownSignIn,
): Promise<Figure> {
  const { probe, probeChip, nearest, distances, threshold, verdict } = shown;
  const photoHeight = pictureHeight(probe.photo, photoWidth);
  const chipTop = titlePx + 30;
  const probeX = marginPx + photoWidth + 48;
  const nearestX = width - marginPx - chipWidth;
  const scaleTop = titlePx + photoHeight + 40;
  const fill = shown.accepted ? ink.accept : ink.reject;
  const between = (probeX + chipWidth + nearestX) / 2;
  const middle = chipTop + chipWidth / 2;
  const distance = (distances[0]?.distance ?? NaN).toFixed(2);
  const verdictY = titlePx + photoHeight - 17;
  const scale = distancePlot(distances, threshold);
  return new Figure({
    title,
    description:
      `${verdict}: ${probe.caption} lies ${distance} from ${nearest.caption}, threshold ${
        threshold.toFixed(2)
      }.`,
    width,
    height: scaleTop + scale.height + marginPx - 6,
  }, [
    ...await drawPictures([
      { ...probe, x: marginPx, y: titlePx, width: photoWidth },
      { photo: probeChip, x: probeX, y: chipTop, width: chipWidth },
      { ...nearest, x: nearestX, y: chipTop, width: chipWidth },
    ]),
    label("sign-in chip", probeX, chipTop - 12, { fill: ink.quiet }),
    label("nearest registered chip", nearestX, chipTop - 12, {
      fill: ink.quiet,
    }),
    label(distance, between, middle - 7, {
      fontSize: 26,
      fontWeight: 600,
      textAnchor: "middle",
      fill,
    }),
    label("apart", between, middle + 17, {
      textAnchor: "middle",
      fill: ink.quiet,
    }),
    Plot.rect([verdict], {
      x1: [probeX],
      x2: [probeX + 6],
      y1: [verdictY - 14],
      y2: [verdictY + 14],
      fill,
    }),
    label(verdict, probeX + 16, verdictY, {
      fontSize: 19,
      fontWeight: 600,
      fill,
    }),
    inset(scale, marginPx, scaleTop),
  ]);
}

import * as Plot from "@observablehq/plot";
import { decodePhoto } from "../image/decode.ts";
import type { EmbeddingStore } from "../store/embedding_store.ts";
import type { Attempt } from "./attempts.ts";
import {
  distanceFigureWidth as width,
  distancePlot,
  userDistances,
} from "./distance_figure.ts";
import { Figure, ink, inset, label, marginPx, titlePx } from "./figure.ts";
import { drawPictures, pictureHeight } from "./picture.ts";
import type { Shown } from "./shown.ts";

const photoWidth = 176;
const chipWidth = 150;

/**
 * The sign-in photo beside its nearest template, the distances on a scale, and the verdict, which a sentence
 * below repeats; that sentence alone where the photo could not be judged.
 */
export async function signInFigure(
  store: EmbeddingStore,
  { file, photo, decided, who, said }: Attempt,
): Promise<readonly (Shown | string)[]> {
  const { nearest = null } = decided ?? {};
  if (decided === null || nearest === null) return [said];
  const { accepted, threshold, faces: [face] } = decided;
  const probeChip = face!.chip;
  const { user, photo: nearestName } = nearest.template;
  const bytes = await store.chip(user, nearestName);
  const nearestChip = bytes === null ? probeChip : await decodePhoto(bytes);
  const verdict = accepted ? `Accepted: ${who}` : "Rejected: nobody";
  const photoHeight = pictureHeight(photo, photoWidth);
  const chipTop = titlePx + 30;
  const probeX = marginPx + photoWidth + 48;
  const nearestX = width - marginPx - chipWidth;
  const scaleTop = titlePx + photoHeight + 40;
  const fill = accepted ? ink.accept : ink.reject;
  const between = (probeX + chipWidth + nearestX) / 2;
  const middle = chipTop + chipWidth / 2;
  const distance = nearest.distance.toFixed(2);
  const verdictY = titlePx + photoHeight - 17;
  const scale = distancePlot(userDistances(decided.ranking), threshold);
  const figure = new Figure({
    title: "Sign-in",
    description:
      `${verdict}: ${file.name} lies ${distance} from ${nearestName}, threshold ${
        threshold.toFixed(2)
      }.`,
    width,
    height: scaleTop + scale.height + marginPx - 6,
  }, [
    ...await drawPictures([
      {
        photo,
        faces: [face!],
        caption: file.name,
        x: marginPx,
        y: titlePx,
        width: photoWidth,
      },
      { photo: probeChip, x: probeX, y: chipTop, width: chipWidth },
      {
        photo: nearestChip,
        caption: nearestName,
        x: nearestX,
        y: chipTop,
        width: chipWidth,
      },
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
  return [figure, said];
}

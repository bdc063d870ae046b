import type { AreaResizer } from "../../image/area_resize.ts";
import { type FaceBox, suppressNonMaxima } from "../non_maximum_suppression.ts";
import {
  faceProbability,
  moveSides,
  type Regression,
  toSquare,
} from "./box_moves.ts";
import { judgedNumbers, type MtcnnNet, runMtcnnNet } from "./networks.ts";

/** Side of the square that P-Net judges, px. */
const cellPx = 12;
/** Px between two places that P-Net judges. */
const stridePx = 2;
/** Each scale of the pyramid as a share of the one before; facenet-pytorch's default. */
const pyramidFactor = 0.709;
/** Overlap above which two proposals of one scale count as one, and of all scales. */
const maxOverlapInScale = 0.5;
const maxOverlap = 0.7;

/**
 * First stage: squares that may hold a face, from all scales of the pyramid.
 *
 * @param minFacePx smallest face to find, px of the photo
 * @param minScore least probability of a face, 0 to 1
 */
export function proposeFaces(
  net: MtcnnNet,
  resizer: AreaResizer,
  minFacePx: number,
  minScore: number,
): FaceBox[] {
  const proposals = pyramidScales(resizer.photo, minFacePx).flatMap((scale) =>
    suppressNonMaxima(
      proposalsAt(net, resizer, scale, minScore),
      maxOverlapInScale,
      "union",
    )
  );
  return suppressNonMaxima(proposals, maxOverlap, "union")
    .map((box) => toSquare(moveSides(box, box.regression, 0)));
}

/**
 * The scales at which a photo is searched: the first makes the smallest face 12 px, each next is
 * 0.709 times the one before, the last still leaves 12 px of the shorter side.
 *
 * @param minFacePx smallest face to find, px of the photo
 */
function pyramidScales(
  photo: { readonly width: number; readonly height: number },
  minFacePx: number,
): number[] {
  const scales: number[] = [];
  const first = cellPx / minFacePx;
  let shortPx = Math.min(photo.width, photo.height) * first;
  for (
    let scale = first;
    shortPx >= cellPx;
    scale *= pyramidFactor, shortPx *= pyramidFactor
  ) {
    scales.push(scale);
  }
  return scales;
}

type Proposal = FaceBox & { readonly regression: Regression };

/** The places of the scaled photo where P-Net sees a face, as boxes in the photo. */
function proposalsAt(
  net: MtcnnNet,
  resizer: AreaResizer,
  scale: number,
  minScore: number,
): Proposal[] {
  const { width, height } = resizer.photo;
  const outWidth = Math.floor(width * scale + 1);
  const outHeight = Math.floor(height * scale + 1);
  const whole = { left: 0, top: 0, right: width, bottom: height };
  const { values, columns } = runMtcnnNet(
    net,
    [1, outHeight, outWidth, 4],
    (input) => resizer.standardise(whole, outWidth, outHeight, input),
  );
  const minLogit = Math.log(minScore / (1 - minScore));
  const proposals: Proposal[] = [];
  for (let at = 0; at < values.length; at += judgedNumbers) {
    const [noFace, face] = [values[at]!, values[at + 1]!];
    if (face - noFace < minLogit) continue;
    const place = at / judgedNumbers;
    const x = stridePx * (place % columns);
    const y = stridePx * Math.floor(place / columns);
    const [left, top, right, bottom] = values
      .subarray(at + 2, at + judgedNumbers) as unknown as Regression;
    proposals.push({
      left: toPhoto(x + 1, scale),
      top: toPhoto(y + 1, scale),
      right: toPhoto(x + cellPx, scale),
      bottom: toPhoto(y + cellPx, scale),
      score: faceProbability(noFace, face),
      regression: [left, top, right, bottom],
    });
  }
  return proposals;
}

/** Rounds like the original, which divides in float32. */
function toPhoto(px: number, scale: number): number {
  return Math.floor(Math.fround(px / Math.fround(scale)));
}

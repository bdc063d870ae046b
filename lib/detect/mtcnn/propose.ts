import type { AreaResizer } from "../../image/area_resize.ts";
import type { FaceBox } from "../face_box.ts";
import { tf } from "../../engine/tensors/backend.ts";
import { faceProbability, moveSides, toSquare } from "./box_moves.ts";
import { suppressNonMaxima } from "../non_maximum_suppression.ts";
import type { MtcnnOptions } from "./options.ts";
import { proposalChannels, type ProposalNet } from "./proposal_net.ts";
import { cellPx, pyramidScales, stridePx } from "./pyramid.ts";

/** Overlap above which two proposals of one scale count as one, and of all scales. */
const maxOverlapInScale = 0.5;
const maxOverlap = 0.7;

/** First stage: squares that may hold a face, from all scales of the pyramid. */
export async function proposeFaces(
  net: ProposalNet,
  resizer: AreaResizer,
  { minFacePx, minFaceShare, thresholds, factor }: MtcnnOptions,
): Promise<FaceBox[]> {
  const { photo } = resizer;
  const shortest = Math.max(
    minFacePx,
    minFaceShare * Math.min(photo.width, photo.height),
  );
  const proposals: Proposal[] = [];
  for (const scale of pyramidScales(photo, shortest, factor)) {
    const output = tf.tidy(() => net.run(scaledPhoto(resizer, scale)));
    const found = proposalsOf(
      await output.data() as Float32Array,
      output.shape[1],
      scale,
      thresholds[0],
    );
    output.dispose();
    proposals.push(...suppressNonMaxima(found, maxOverlapInScale, "union"));
  }
  return suppressNonMaxima(proposals, maxOverlap, "union")
    .map((box) => toSquare(moveSides(box, box.regression, 0)));
}

interface Proposal extends FaceBox {
  readonly regression: [number, number, number, number];
}

function scaledPhoto(resizer: AreaResizer, scale: number): tf.Tensor4D {
  const { width, height } = resizer.photo;
  const outWidth = Math.floor(width * scale + 1);
  const outHeight = Math.floor(height * scale + 1);
  const pixels = new Float32Array(outWidth * outHeight * 3);
  const whole = { left: 0, top: 0, right: width, bottom: height };
  resizer.standardise(whole, outWidth, outHeight, pixels);
  return tf.tensor4d(pixels, [1, outHeight, outWidth, 3]);
}

/** The places where P-Net sees a face, as boxes in the photo. @param values [rows, columns, 6] */
function proposalsOf(
  values: Float32Array,
  columns: number,
  scale: number,
  minScore: number,
): Proposal[] {
  const proposals: Proposal[] = [];
  for (
    let place = 0, at = 0;
    at < values.length;
    place++, at += proposalChannels
  ) {
    const score = faceProbability(values[at]!, values[at + 1]!);
    if (score < minScore) continue;
    const x = stridePx * (place % columns);
    const y = stridePx * Math.floor(place / columns);
    proposals.push({
      left: toPhoto(x + 1, scale),
      top: toPhoto(y + 1, scale),
      right: toPhoto(x + cellPx, scale),
      bottom: toPhoto(y + cellPx, scale),
      score,
      regression: [
        values[at + 2]!,
        values[at + 3]!,
        values[at + 4]!,
        values[at + 5]!,
      ],
    });
  }
  return proposals;
}

/** Rounds like the original, which divides in float32. */
function toPhoto(px: number, scale: number): number {
  return Math.floor(Math.fround(px / Math.fround(scale)));
}

import type { AreaResizer, PixelRect } from "../../image/area_resize.ts";
import type { FaceBox } from "../non_maximum_suppression.ts";
import { faceProbability, type Regression } from "./box_moves.ts";
import { judgedNumbers, type MtcnnNet, runMtcnnNet } from "./networks.ts";

/** Crops per run of a network; bounds memory. */
const maxBatch = 64;

/** A box with the network's probability as its score, and the other numbers it gave. */
interface JudgedBox extends FaceBox {
  readonly regression: Regression;
  /** Five x, then five y, as shares of the box; empty from R-Net. */
  readonly landmarks: readonly number[];
}

/**
 * Runs a network on the crops of all boxes and keeps those it gives more than `threshold`.
 *
 * @param inputPx side of the network's square input, px
 */
export function judgeCrops(
  net: MtcnnNet,
  inputPx: number,
  resizer: AreaResizer,
  boxes: readonly FaceBox[],
  threshold: number,
): JudgedBox[] {
  const crops = boxes.flatMap((box) => {
    const pixels = pixelsOf(box, resizer.photo);
    return pixels === null ? [] : [{ box, pixels }];
  });
  const judged: JudgedBox[] = [];
  for (let first = 0; first < crops.length; first += maxBatch) {
    const batch = crops.slice(first, first + maxBatch);
    const cropNumbers = inputPx * inputPx * 4;
    const shape = [batch.length, inputPx, inputPx, 4] as const;
    const { values } = runMtcnnNet(
      net,
      [...shape],
      (input) =>
        batch.forEach(({ pixels }, i) =>
          resizer.standardise(pixels, inputPx, inputPx, input, i * cropNumbers)
        ),
    );
    batch.forEach(({ box }, i) => {
      const numbers = values.subarray(i * net.outputs, (i + 1) * net.outputs);
      const [noFace, face, left, top, right, bottom] =
        numbers as unknown as Six;
      const score = faceProbability(noFace, face);
      if (score <= threshold) return;
      const landmarks = [...numbers.subarray(judgedNumbers)];
      judged.push({
        ...box,
        score,
        regression: [left, top, right, bottom],
        landmarks,
      });
    });
  }
  return judged;
}

type Six = readonly [number, number, number, number, number, number];

/** The pixels of a box inside the photo, counted from 1 as the original does; null when there are none. */
function pixelsOf(
  box: FaceBox,
  photo: { readonly width: number; readonly height: number },
): PixelRect | null {
  const left = Math.max(1, Math.trunc(box.left)) - 1;
  const top = Math.max(1, Math.trunc(box.top)) - 1;
  const right = Math.min(photo.width, Math.trunc(box.right));
  const bottom = Math.min(photo.height, Math.trunc(box.bottom));
  return right > left && bottom > top ? { left, top, right, bottom } : null;
}

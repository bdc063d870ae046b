import type { AreaResizer } from "../../image/area_resize.ts";
import type { FaceBox } from "../face_box.ts";
import { tf } from "../../engine/tensors/backend.ts";
import { faceProbability, pixelsOf, type Regression } from "./box_moves.ts";
import type { CropNet } from "./refine_net.ts";

/** Crops per run of a network; bounds memory. */
const maxBatch = 64;

/** A box with the network's probability as its score, and the other numbers it gave. */
export interface JudgedBox extends FaceBox {
  readonly regression: Regression;
  /** Five x, then five y, as shares of the box; empty from R-Net. */
  readonly landmarks: readonly number[];
}

/** Runs a network on the crops of all boxes and keeps those it gives more than `threshold`. */
export async function judgeCrops(
  net: CropNet,
  resizer: AreaResizer,
  boxes: readonly FaceBox[],
  threshold: number,
): Promise<JudgedBox[]> {
  const crops = boxes.flatMap((box) => {
    const pixels = pixelsOf(box, resizer.photo);
    return pixels === null ? [] : [{ box, pixels }];
  });
  const judged: JudgedBox[] = [];
  for (let first = 0; first < crops.length; first += maxBatch) {
    const batch = crops.slice(first, first + maxBatch);
    const output = tf.tidy(() => {
      const { inputPx } = net;
      const numbers = new Float32Array(batch.length * inputPx * inputPx * 3);
      batch.forEach(({ pixels }, i) =>
        resizer.standardise(
          pixels,
          inputPx,
          inputPx,
          numbers,
          i * inputPx * inputPx * 3,
        )
      );
      return net.run(tf.tensor4d(numbers, [batch.length, inputPx, inputPx, 3]));
    });
    const values = await output.data() as Float32Array;
    output.dispose();
    batch.forEach(({ box }, i) => {
      const [noFace, face, left, top, right, bottom, ...landmarks] = values
        .subarray(
          i * net.outputs,
          (i + 1) * net.outputs,
        ) as unknown as [
          number,
          number,
          number,
          number,
          number,
          number,
          ...number[],
        ];
      const score = faceProbability(noFace, face);
      if (score <= threshold) return;
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

import type { Photo } from "../image/photo.ts";
import { tf } from "../engine/tensors/backend.ts";

/** Chips as one tensor [n, chipPx, chipPx, 3] of 0..255. @throws RangeError for a chip of another size */
export function chipTensor(
  chips: readonly Photo[],
  chipPx: number,
): tf.Tensor4D {
  const pixels = new Float32Array(chips.length * chipPx * chipPx * 3);
  chips.forEach(({ data, width, height }, index) => {
    if (width !== chipPx || height !== chipPx) {
      throw new RangeError(
        `a chip must be ${chipPx} x ${chipPx} px, not ${width} x ${height}`,
      );
    }
    pixels.set(data, index * data.length);
  });
  return tf.tensor4d(pixels, [chips.length, chipPx, chipPx, 3]);
}

import type { tf } from "../engine/tensors/backend.ts";
import { numbersOf, unwrittenTensor } from "../engine/tensors/tensor_memory.ts";
import type { Photo } from "../image/photo.ts";
import { resize } from "../image/resize.ts";

/**
 * A photo as a network's square input: enlarged or shrunk into the top left corner, black beside or
 * below it, as face-api pads it.
 *
 * @param sidePx side of the square
 * @param paddingPx rows and columns of zeros behind it
 * @param mean R, G, B that are subtracted before the numbers are divided by `range`
 * @returns [1, sidePx + paddingPx, sidePx + paddingPx, 4], the fourth channel 0
 */
export function squareInput(
  photo: Photo,
  { sidePx, paddingPx, mean, range }: {
    readonly sidePx: number;
    readonly paddingPx: number;
    readonly mean: readonly [number, number, number];
    readonly range: number;
  },
): tf.Tensor4D {
  const scale = sidePx / Math.max(photo.width, photo.height);
  const width = Math.max(1, Math.round(photo.width * scale));
  const height = Math.max(1, Math.round(photo.height * scale));
  const { data } = resize(photo, width, height);
  const lineSize = sidePx + paddingPx;
  const input = unwrittenTensor<tf.Tensor4D>([1, lineSize, lineSize, 4]);
  const numbers = numbersOf(input);
  numbers.fill(0);
  const black = mean.map((each) => -each / range);
  for (let y = 0; y < sidePx; y++) {
    for (let x = 0, to = y * lineSize * 4; x < sidePx; x++, to += 4) {
      const from = x < width && y < height ? (y * width + x) * 3 : -1;
      for (let channel = 0; channel < 3; channel++) {
        const value = from < 0 ? 0 : data[from + channel]!;
        numbers[to + channel] = value / range + black[channel]!;
      }
    }
  }
  return input;
}

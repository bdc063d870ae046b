import { tf } from "./backend.ts";

/** A square picture: bytes of R, G and B of each pixel, rows from the top. */
interface Picture {
  readonly data: Uint8Array;
  readonly width: number;
  readonly height: number;
}

/** Pictures per run of a network; bounds memory (2 to 20 MB of activations a picture). */
const maxBatch = 8;

/**
 * Runs a network on pictures in batches, in order. Keeps no tensor.
 *
 * @param sidePx side of every picture, px
 * @param run from pixels [n, sidePx, sidePx, 3] of 0..255 to numbers [n, count]
 * @returns `count` numbers of each picture
 * @throws RangeError for a picture of another size
 */
export async function runBatches(
  pictures: readonly Picture[],
  sidePx: number,
  run: (pixels: tf.Tensor4D) => tf.Tensor2D,
): Promise<Float32Array[]> {
  const results: Float32Array[] = [];
  for (let first = 0; first < pictures.length; first += maxBatch) {
    const batch = pictures.slice(first, first + maxBatch);
    const output = tf.tidy(() => run(pixelsOf(batch, sidePx)));
    const values = await output.data<"float32">();
    const [, count] = output.shape;
    output.dispose();
    batch.forEach((_, i) =>
      results.push(values.slice(i * count, (i + 1) * count))
    );
  }
  return results;
}

function pixelsOf(pictures: readonly Picture[], sidePx: number): tf.Tensor4D {
  const pixels = new Float32Array(pictures.length * sidePx * sidePx * 3);
  pictures.forEach(({ data, width, height }, index) => {
    if (width !== sidePx || height !== sidePx) {
      throw new RangeError(
        `a picture must be ${sidePx} x ${sidePx} px, not ${width} x ${height}`,
      );
    }
    pixels.set(data, index * data.length);
  });
  return tf.tensor4d(pixels, [pictures.length, sidePx, sidePx, 3]);
}

import { tf } from "../engine/tensors/backend.ts";
import type { Photo } from "../image/photo.ts";

/** Turns chips into embeddings. */
export interface FaceEmbedder {
  /** Names the network, e.g. "faceapi-128"; the recognizer adds how chips are made. */
  readonly id: string;
  /** Numbers in one embedding. */
  readonly dimensions: number;
  /** Side of the square chip it takes, px. */
  readonly chipPx: number;
  /** Distance under which two embeddings count as one person unless told otherwise. */
  readonly defaultThreshold: number;
  /**
   * Embeds chips of shape [chipPx, chipPx, 3], in order, as one batch.
   * With `mirror`, each embedding is the mean of the chip's and of its mirror image's.
   */
  embed(
    chips: readonly Photo[],
    options: { mirror: boolean },
  ): Promise<Float32Array[]>;
  dispose(): void;
}

/** Chips per run of a network; bounds memory (2 to 20 MB of activations a chip). */
const maxBatch = 8;

/**
 * Embeds chips in batches, in order. Keeps no tensor.
 *
 * @param chipPx side of every chip, px
 * @param run from pixels [n, chipPx, chipPx, 3] of 0..255 to embeddings [n, dimensions]
 * @throws RangeError for a chip of another size
 */
export async function embedBatches(
  chips: readonly Photo[],
  chipPx: number,
  run: (pixels: tf.Tensor4D) => tf.Tensor2D,
): Promise<Float32Array[]> {
  const vectors: Float32Array[] = [];
  for (let first = 0; first < chips.length; first += maxBatch) {
    const batch = chips.slice(first, first + maxBatch);
    const output = tf.tidy(() => run(chipTensor(batch, chipPx)));
    const values = await output.data() as Float32Array;
    const [, dimensions] = output.shape;
    output.dispose();
    batch.forEach((_, i) =>
      vectors.push(values.slice(i * dimensions, (i + 1) * dimensions))
    );
  }
  return vectors;
}

function chipTensor(chips: readonly Photo[], chipPx: number): tf.Tensor4D {
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

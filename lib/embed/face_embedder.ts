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

import { PhotoError } from "../errors.ts";
import { reasonText } from "../people/reasons.ts";
import { inOrder } from "../recognize/in_order.ts";
import { readPhotoFile, sha256Hex } from "../recognize/photo_files.ts";
import { createPhotoPool } from "../recognize/photo_pool.ts";
import {
  createRecognizer,
  type RecognizerConfig,
} from "../recognize/recognizer.ts";
import type { Dataset } from "./dataset.ts";
import { EmbeddingCache } from "./embedding_cache.ts";

/** What became of one photo. */
export type PhotoOutcome =
  | {
    readonly kind: "embedded";
    /** Of the photo file's bytes. */
    readonly sha256: string;
    readonly vector: Float32Array;
    /** The face's unified quality. */
    readonly quality: number;
    /** How many faces the photo shows; the largest was taken. */
    readonly faces: number;
  }
  | {
    /** Missing or damaged file, or no face found: a failure to acquire (ISO/IEC 19795-1). */
    readonly kind: "unreadable" | "no-face";
    /** What was wrong, for a person. */
    readonly reason: string;
  };

/** What to embed and how. */
export interface EmbedPlan {
  readonly dataset: Dataset;
  readonly config: RecognizerConfig;
  /** Where embeddings are kept between runs. */
  readonly cachePath: string;
  /** Told what is being done, and of how many photos how many are. */
  readonly onProgress?: (what: string, done: number, total: number) => void;
}

/**
 * Embeds every photo's largest face on all cores, as far as the cache does not hold them.
 *
 * @returns the outcomes in the photos' order, and the model they are of
 */
export async function embedPhotos(
  { dataset: { photos }, config, cachePath, onProgress }: EmbedPlan,
  what = "Embedding",
) {
  const cache = await EmbeddingCache.open(cachePath);
  const recognizer = await createRecognizer(config);
  const { modelId, defaultThreshold } = recognizer;
  recognizer.dispose();
  const model = cacheModel(config, modelId);
  // Its workers start with the first photo: where the cache holds all, none does.
  const pool = createPhotoPool(config);

  const embed = async (path: string, name: string): Promise<PhotoOutcome> => {
    try {
      const bytes = await readPhotoFile(path);
      const sha256 = await sha256Hex(bytes);
      const known = cache.get(sha256, model);
      if (known !== undefined) return known;
      const { faces, embeddings, noFace } = await pool.read(bytes, name);
      let outcome: PhotoOutcome;
      if (noFace !== null) {
        outcome = { kind: "no-face", reason: reasonText(noFace, name) };
      } else {
        const { vector } = embeddings[0]!;
        const { unified: quality } = faces[0]!.quality;
        outcome = vector.every(Number.isFinite)
          ? { kind: "embedded", sha256, vector, quality, faces: faces.length }
          : {
            kind: "unreadable",
            reason: `${name} gave an embedding that is not a number.`,
          };
      }
      await cache.set(sha256, model, outcome);
      return outcome;
    } catch (error) {
      // A file that cannot be used is an outcome, not the end of the evaluation.
      if (!(error instanceof PhotoError)) throw error;
      return { kind: "unreadable", reason: error.message };
    }
  };

  const outcomes: PhotoOutcome[] = [];
  try {
    const embedded = inOrder(
      photos,
      pool.atOnce,
      ({ path, name }) => embed(path, name),
    );
    for await (const outcome of embedded) {
      outcomes.push(outcome);
      onProgress?.(what, outcomes.length, photos.length);
    }
  } finally {
    pool.close();
  }
  return { modelId, defaultThreshold, outcomes };
}

/** Everything that an embedding depends on besides the photo. */
function cacheModel(
  { detector, minFace }: RecognizerConfig,
  modelId: string,
): string {
  return detector === "mtcnn"
    ? `${detector}-${minFace} ${modelId}`
    : `${detector} ${modelId}`;
}

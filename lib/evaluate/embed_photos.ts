import { PhotoError } from "../errors.ts";
import { reasonText } from "../people/reasons.ts";
import { readPhotoFile, sha256Hex } from "../recognize/photo_files.ts";
import type { PhotoReader } from "../recognize/photo_pool.ts";
import type { DatasetPhoto } from "./dataset.ts";
import type { EmbeddingCache } from "./embedding_cache.ts";

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

/** How far an evaluation has come. */
export interface Progress {
  readonly done: number;
  readonly total: number;
  /** Photos that were in the cache already. */
  readonly cached: number;
  /** Milliseconds left at the speed so far; undefined until it is known. */
  readonly leftMs: number | undefined;
}

/** What embedding photos needs. */
interface EmbedPlan {
  readonly reader: PhotoReader;
  readonly cache: EmbeddingCache;
  /** Names detector, network and chip making. */
  readonly model: string;
  readonly onProgress?: (progress: Progress) => void;
}

/** Embeds every photo's largest face, taking from the cache what it holds; outcomes are in order. */
export async function embedPhotos(
  photos: readonly DatasetPhoto[],
  { reader, cache, model, onProgress }: EmbedPlan,
): Promise<PhotoOutcome[]> {
  const outcomes = new Array<PhotoOutcome>(photos.length);
  const start = performance.now();
  let next = 0;
  let done = 0;
  let cached = 0;
  const one = async (photo: DatasetPhoto) => {
    const bytes = await readPhotoFile(photo.path);
    const hash = await sha256Hex(bytes);
    const known = cache.get(hash, model);
    if (known !== undefined) {
      cached++;
      return known;
    }
    const outcome = await outcomeOf(reader, bytes, photo.name, hash);
    await cache.set(hash, model, outcome);
    return outcome;
  };
  const run = async () => {
    while (next < photos.length) {
      const index = next++;
      outcomes[index] = await one(photos[index]!).catch(toFailure);
      done++;
      const fresh = done - cached;
      const each = (performance.now() - start) / fresh;
      onProgress?.({
        done,
        total: photos.length,
        cached,
        leftMs: fresh > 0 ? each * (photos.length - done) : undefined,
      });
    }
  };
  await Promise.all(Array.from({ length: reader.atOnce }, run));
  return outcomes;
}

async function outcomeOf(
  reader: PhotoReader,
  bytes: Uint8Array<ArrayBuffer>,
  name: string,
  sha256: string,
): Promise<PhotoOutcome> {
  try {
    const { faces, embeddings, noFace } = await reader.read(bytes, name);
    if (noFace !== null) {
      return { kind: "no-face", reason: reasonText(noFace, name) };
    }
    const { vector } = embeddings[0]!;
    if (!vector.every(Number.isFinite)) {
      const reason = `${name} gave an embedding that is not a number.`;
      return { kind: "unreadable", reason };
    }
    const { unified: quality } = faces[0]!.quality;
    return { kind: "embedded", sha256, vector, quality, faces: faces.length };
  } catch (error) {
    return toFailure(error);
  }
}

/** A file that cannot be used is an outcome, not the end of the evaluation. */
function toFailure(error: unknown): PhotoOutcome {
  if (error instanceof PhotoError) {
    return { kind: "unreadable", reason: error.message };
  }
  throw error;
}

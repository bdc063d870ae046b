import { NoFaceError, PhotoError } from "../errors.ts";
import { decodePhoto } from "../image/decode.ts";
import { chooseFace } from "../recognize/choose_face.ts";
import { readPhotoFile, sha256Hex } from "../recognize/photo_files.ts";
import type { Recognizer } from "../recognize/recognizer.ts";
import type { DatasetPhoto } from "./dataset.ts";
import type { EmbeddingCache } from "./embedding_cache.ts";
import type { PhotoOutcome } from "./photo_outcome.ts";

/** Turns a photo file's bytes into its outcome; several may work at once. */
export interface PhotoWorker {
  work(bytes: Uint8Array<ArrayBuffer>, name: string): Promise<PhotoOutcome>;
}

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
export interface EmbedPlan {
  readonly workers: readonly PhotoWorker[];
  readonly cache: EmbeddingCache;
  /** Names detector, network and chip making. */
  readonly model: string;
  readonly onProgress?: (progress: Progress) => void;
}

/** Embeds every photo's largest face, taking from the cache what it holds; outcomes are in order. */
export async function embedPhotos(
  photos: readonly DatasetPhoto[],
  { workers, cache, model, onProgress }: EmbedPlan,
): Promise<PhotoOutcome[]> {
  const outcomes = new Array<PhotoOutcome>(photos.length);
  const start = performance.now();
  let next = 0;
  let done = 0;
  let cached = 0;
  const one = async (photo: DatasetPhoto, worker: PhotoWorker) => {
    const bytes = await readPhotoFile(photo.path);
    const hash = await sha256Hex(bytes);
    const known = cache.get(hash, model);
    if (known !== undefined) {
      cached++;
      return known;
    }
    const outcome = await worker.work(bytes, photo.name);
    await cache.set(hash, model, outcome);
    return outcome;
  };
  const run = async (worker: PhotoWorker) => {
    while (next < photos.length) {
      const index = next++;
      outcomes[index] = await one(photos[index]!, worker)
        .catch(toFailure);
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
  await Promise.all(workers.map(run));
  return outcomes;
}

/** A file that cannot be used is an outcome, not the end of the evaluation. */
function toFailure(error: unknown): PhotoOutcome {
  if (error instanceof NoFaceError) {
    return { kind: "no-face", reason: error.message };
  }
  if (error instanceof PhotoError) {
    return { kind: "unreadable", reason: error.message };
  }
  throw error;
}

/** A worker in this thread. */
export function localWorker(recognizer: Recognizer): PhotoWorker {
  return {
    async work(bytes, name) {
      try {
        const photo = await decodePhoto(bytes, { name });
        const faces = await recognizer.findFaces(photo);
        const { chip } = chooseFace(faces, photo, name, "largest");
        const [embedding] = await recognizer.embed([chip]);
        const { vector } = embedding!;
        return { kind: "embedded", vector, faces: faces.length };
      } catch (error) {
        return toFailure(error);
      }
    },
  };
}

import { type PhotoFaces, readFaces } from "./photo_faces.ts";
import type { Recognizer, RecognizerConfig } from "./recognizer.ts";
import { createWorkerPool, type PoolJob, workerCount } from "./worker_pool.ts";

/** A photo file for a photo worker. */
export interface PhotoJob extends PoolJob {
  readonly embed: "largest" | "all";
}

/** Reads photo files: one recognizer, or a pool of them. Close it when done. */
export interface PhotoReader {
  /** How many photos it is worth handing in at once. */
  readonly atOnce: number;
  /**
   * Does what `readFaces` does.
   *
   * @param bytes must not be used afterwards: a pool moves them to its worker
   * @throws PhotoError when the photo cannot be used.
   */
  read(
    bytes: Uint8Array<ArrayBuffer>,
    name: string,
    embed?: "largest" | "all",
  ): Promise<PhotoFaces>;
  close(): void;
}

const script = new URL("./photo_worker.ts", import.meta.url);
/** With fewer photos than this, starting workers takes longer than they save. */
const photosWorthAPool = 8;

/** Recognizers in workers, one WebAssembly backend each; they start with the first photo. */
export function createPhotoPool(
  config: RecognizerConfig,
  workers: number = workerCount(),
): PhotoReader {
  const pool = createWorkerPool<RecognizerConfig, PhotoJob, PhotoFaces, null>({
    script,
    start: config,
    workers,
  });
  return {
    // One photo waits beside each worker, so that none idles while the next is read.
    atOnce: workers * 2,
    read: (bytes, name, embed = "largest") => pool.run({ bytes, name, embed }),
    close: () => pool.close(),
  };
}

/** The recognizer itself, or a pool of its like where so many photos pay for it. */
export function openPhotoReader(
  recognizer: Recognizer,
  photos: number,
  workers: number = workerCount(),
): PhotoReader {
  if (workers > 1 && photos >= photosWorthAPool) {
    return createPhotoPool(recognizer.config, workers);
  }
  return {
    atOnce: 1,
    read: (...photo) => readFaces(recognizer, ...photo),
    close: () => {},
  };
}

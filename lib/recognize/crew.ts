import { localDescriber, type PhotoDescriber } from "./describe_photo.ts";
import { createPhotoPool, workerCount } from "./pool.ts";
import type { Recognizer, RecognizerConfig } from "./recognizer.ts";

/**
 * What a recognizer was made from: with it, many photos are worked on by a pool of workers, as many
 * as told or as the machine carries. Without it all are by the recognizer itself.
 */
export interface CrewOptions {
  readonly config: RecognizerConfig;
  readonly workers?: number;
}

/** With fewer new photos than this, starting workers takes longer than they save. */
const photosWorthAPool = 8;

/** The recognizer itself, or a pool of its like where that pays. Close it when done. */
export function openCrew(
  recognizer: Recognizer,
  newPhotos: number,
  pool: CrewOptions | undefined,
): PhotoDescriber & { close(): void } {
  const workers = pool?.workers ?? workerCount();
  return pool !== undefined && workers > 1 && newPhotos >= photosWorthAPool
    ? createPhotoPool({ config: pool.config, workers })
    : { ...localDescriber(recognizer), close: () => {} };
}

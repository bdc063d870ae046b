import type { Box } from "../image/photo.ts";
import type { LiveFace } from "../liveness/challenge.ts";
import type { Embedding } from "../match/embedding.ts";
import type { NoFace } from "../recognize/photo_faces.ts";
import type { AlignedFace, RecognizerConfig } from "../recognize/recognizer.ts";
import {
  createWorkerPool,
  type PoolJob,
  workerCount,
  type WorkerPool,
} from "../recognize/worker_pool.ts";
import type { StoreModel } from "../store/embedding_store.ts";

/** The model a frame worker embeds with. */
export interface FrameModel extends StoreModel {
  readonly defaultThreshold: number;
}

/** How a frame of a challenge is watched. */
export interface Watch {
  /** Names the challenge; the face is followed from one of its frames to the next. */
  readonly stream: string;
  /** Whether the whole frame is searched again. */
  readonly search: boolean;
}

/** A picture for a frame worker. */
export interface FrameJob extends PoolJob {
  /** How a frame of a challenge is watched; null for other pictures, which are searched and embedded. */
  readonly watch: Watch | null;
  /** Longest side it is worked on with, px. */
  readonly longestPx: number;
  /** Longest side that is decoded at all, px; any that photos may have unless told. */
  readonly acceptedPx?: number;
}

/** What a frame worker says of a picture. */
export interface FrameDescription {
  /** px as worked on */
  readonly width: number;
  readonly height: number;
  /** How many faces there are. */
  readonly faces: number;
  /** Where the largest is, px; null when there is none. */
  readonly box: Box | null;
  /** The largest; null when there is none, and for the frames of a challenge. */
  readonly largest: (AlignedFace & Pick<Embedding, "vector">) | null;
  /** The largest as a challenge sees it; null when there is none, and for other pictures. */
  readonly live: LiveFace | null;
  /** Why there is none; null when there are faces. */
  readonly noFace: NoFace | null;
}

/** Workers that look at pictures for the web page. */
export type FramePool = WorkerPool<FrameJob, FrameDescription, FrameModel>;

const script = new URL("./frame_worker.ts", import.meta.url);

/**
 * Makes a pool that refuses pictures rather than keep people waiting: 4 a worker and client may wait,
 * and each has 10 s. Where there are several workers, one is kept for sign-ins.
 */
export function createFramePool(
  start: RecognizerConfig,
  workers: number = workerCount(),
): FramePool {
  return createWorkerPool({
    script,
    start,
    workers,
    keptForUrgent: workers > 1 ? 1 : 0,
    mostWaiting: 4,
    deadlineMs: 10_000,
  });
}

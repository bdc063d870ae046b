import type { RecognizerConfig } from "../recognize/recognizer.ts";
import {
  createWorkerPool,
  type PoolOptions,
  type WorkerPool,
} from "../recognize/worker_pool.ts";
import type {
  FrameDescription,
  FrameJob,
  FrameModel,
  FrameStart,
} from "./frame_messages.ts";

/** Workers that look at pictures for the web page. */
export type FramePool = WorkerPool<FrameJob, FrameDescription, FrameModel>;

const script = new URL("./frame_worker.ts", import.meta.url);

/** Makes a pool that refuses pictures rather than keep people waiting: 4 a worker may wait, and each has 10 s. */
export function createFramePool(
  config: RecognizerConfig,
  options: Omit<PoolOptions<FrameStart>, "script" | "start"> = {},
): FramePool {
  return createWorkerPool({
    script,
    start: { config },
    mostWaiting: 4,
    deadlineMs: 10_000,
    ...options,
  });
}

import { FaceSignInError } from "../errors.ts";
import type { PhotoDescriber, PhotoDescription } from "./describe_photo.ts";
import { inOrder } from "./in_order.ts";
import { readPhotoFile } from "./photo_files.ts";
import { PoolMember } from "./pool_member.ts";
import type { PhotoJob } from "./pool_messages.ts";
import type { RecognizerConfig } from "./recognizer.ts";

const workerScript = new URL("./pool_worker.ts", import.meta.url);
/** Memory one worker is counted with, bytes: measured peak, rounded up. */
const workerBytes = 300e6;
/** More than this gains little: memory bandwidth is shared. */
const mostWorkers = 16;

/** How a pool is made. */
export interface PoolOptions {
  /** What each worker's recognizer is made from. */
  readonly config: RecognizerConfig;
  /** How many workers; by cores and memory unless told. */
  readonly workers?: number | undefined;
  /** Stands in for the worker's module in tests. */
  readonly script?: URL;
}

/** Recognizers in workers, one WebAssembly backend each. Close it when done. */
export interface PhotoPool extends PhotoDescriber {
  readonly workers: number;
  /** Stops all workers at once; photos not yet answered fail. */
  close(): void;
}

/**
 * How many workers this machine carries: one a core, as far as memory goes. Memory counts only
 * where the process may ask for it (`--allow-sys=systemMemoryInfo`).
 */
export function workerCount(
  cores: number = navigator.hardwareConcurrency,
  availableBytes: number | undefined = availableMemory(),
): number {
  const fitting = Math.floor((availableBytes ?? Infinity) / workerBytes);
  return Math.max(1, Math.min(cores, fitting, mostWorkers));
}

function availableMemory(): number | undefined {
  const permission = Deno.permissions.querySync({
    name: "sys",
    kind: "systemMemoryInfo",
  });
  return permission.state === "granted"
    ? Deno.systemMemoryInfo().available
    : undefined;
}

/**
 * Starts workers. Photos handed in wait for the next free one, in order; a photo that fails
 * fails alone, and a worker that crashes is replaced.
 */
export function createPhotoPool(
  { config, workers = workerCount(), script = workerScript }: PoolOptions,
): PhotoPool {
  const enlist = () =>
    new PoolMember<RecognizerConfig, PhotoJob, PhotoDescription>(
      config,
      script,
    );
  const members = Array.from({ length: workers }, enlist);
  const free = [...members.keys()];
  const queue: ((at: number) => void)[] = [];
  let closed = false;
  const release = (at: number) => {
    const next = queue.shift();
    if (next === undefined) free.push(at);
    else next(at);
  };
  const describe = async (job: PhotoJob): Promise<PhotoDescription> => {
    const at = free.shift() ??
      await new Promise<number>((resolve) => queue.push(resolve));
    try {
      if (closed) throw new Error("the pool was closed");
      if (!members[at]!.alive) members[at] = enlist();
      return await members[at]!.work(job);
    } finally {
      release(at);
    }
  };
  return {
    workers,
    // One photo waits beside each worker, so that none idles while the next is read.
    atOnce: workers * 2,
    describe: (bytes, name, embed = "largest") =>
      describe({ bytes: ownBuffer(bytes), name, embed }),
    close() {
      closed = true;
      members.forEach((member) => member.close());
    },
  };
}

/** Moving a view moves all of its buffer, which must not be somebody else's. */
function ownBuffer(bytes: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  return bytes.byteLength === bytes.buffer.byteLength ? bytes : bytes.slice();
}

/** One photo of several: its description, or why it has none. */
export type DescribedPhoto =
  | ({ readonly path: string; readonly problem?: undefined } & PhotoDescription)
  | { readonly path: string; readonly problem: FaceSignInError };

/** Whom `describePhotos` tells, and what it embeds. */
export interface DescribeOptions extends PoolOptions {
  readonly embed?: "largest" | "all";
  readonly onProgress?: (done: number, total: number) => void;
}

/**
 * Describes photo files on all cores, in order. A photo that cannot be used is an entry with its
 * problem; anything unforeseen ends it all.
 */
export async function* describePhotos(
  paths: readonly string[],
  { embed = "largest", onProgress, ...options }: DescribeOptions,
): AsyncGenerator<DescribedPhoto, void, void> {
  const pool = createPhotoPool(options);
  const describeOne = async (path: string): Promise<DescribedPhoto> => {
    try {
      const bytes = await readPhotoFile(path);
      return { path, ...await pool.describe(bytes, path, embed) };
    } catch (problem) {
      if (!(problem instanceof FaceSignInError)) throw problem;
      if (problem.kind === "weights") throw problem;
      return { path, problem };
    }
  };
  try {
    let done = 0;
    for await (const photo of inOrder(paths, pool.atOnce, describeOne)) {
      onProgress?.(++done, paths.length);
      yield photo;
    }
  } finally {
    pool.close();
  }
}

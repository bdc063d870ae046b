import type { Sharp, SharpOptions } from "sharp";

/** sharp: makes a pipeline that decodes a file. */
export type SharpFactory = (input: Uint8Array, options?: SharpOptions) => Sharp;

let sharpOrNull: Promise<SharpFactory | null> | undefined;

/** sharp, or null where its native library does not load (no FFI permission, another platform). */
export function loadSharp(): Promise<SharpFactory | null> {
  sharpOrNull ??= import("sharp").then(({ default: sharp }) => {
    // No photo is decoded twice: what libvips would keep, up to 50 MB, is of no use.
    sharp.cache(false);
    // A pool has a worker a core; libvips' own threads would only add memory.
    sharp.concurrency(1);
    return sharp;
  }, () => null);
  return sharpOrNull;
}

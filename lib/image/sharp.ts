import type { Sharp, SharpOptions } from "sharp";
import type { Photo } from "./photo.ts";

/** sharp: makes a pipeline that decodes a file. */
type SharpFactory = (input: Uint8Array, options?: SharpOptions) => Sharp;

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

/** Most pixels that libvips decodes: the header's own limits are no larger. */
const maxPixels = 64e6;
/** Longest time libvips may take for one photo, s: ten times what the largest honest one needs. */
const mostSeconds = 10;

/** Decodes with libvips, shrinking while it decodes. Throws sharp's own errors. */
export async function decodeWithSharp(
  sharp: SharpFactory,
  bytes: Uint8Array,
  longestPx: number,
): Promise<Photo> {
  const { data, info } = await sharp(bytes, {
    limitInputPixels: maxPixels,
  })
    .autoOrient()
    .resize(longestPx, longestPx, {
      fit: "inside",
      withoutEnlargement: true,
      kernel: "linear",
    })
    .flatten({ background: "#ffffff" })
    .toColourspace("srgb")
    .raw({ depth: "uchar" })
    .timeout({ seconds: mostSeconds })
    .toBuffer({ resolveWithObject: true });
  const rgb = info.channels === 3
    ? new Uint8Array(data.buffer, data.byteOffset, data.length)
    : greyToRgb(data);
  return { data: rgb, width: info.width, height: info.height };
}

function greyToRgb(grey: Uint8Array): Uint8Array {
  const rgb = new Uint8Array(grey.length * 3);
  for (let i = 0; i < grey.length; i++) rgb.fill(grey[i]!, i * 3, i * 3 + 3);
  return rgb;
}

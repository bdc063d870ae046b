import type { SharpFactory } from "./load_sharp.ts";
import type { Photo } from "./photo.ts";
import { maxPixels } from "./photo_header.ts";

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

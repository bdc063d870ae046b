import { PhotoError } from "../errors.ts";
import { decodeWithSharp, loadSharp } from "./sharp.ts";
import type { Photo } from "./photo.ts";
import { readPhotoHeader, undecodable } from "./photo_header.ts";

/** Longest side a photo is worked on with, px; larger photos are shrunk while decoding. */
export const workingPx = 1600;

/**
 * Decodes a photo file to upright 8-bit RGB of shape [height, width, 3], at most `longestPx` on
 * its longest side. Transparency is laid on white; of an animation the first frame counts.
 *
 * @param options `name` is what messages call the photo; `longestPx` is 1600 unless told; `acceptedPx`
 * is the longest side that is decoded at all; `decoder` is sharp where its native library loads,
 * otherwise imagescript
 * @throws PhotoError when it is no picture, is damaged, or has too many pixels.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { decodePhoto } from "@face/sign-in";
 *
 * const bytes = await Deno.readFile("signin_photos/andrew_06.jpg");
 * const { data, width, height } = await decodePhoto(bytes, { longestPx: 300 });
 * assert.equal(Math.max(width, height), 300);
 * assert.equal(data.length, width * height * 3);
 * ```
 */
export async function decodePhoto(
  bytes: Uint8Array,
  { name, longestPx = workingPx, acceptedPx = Infinity, decoder = "auto" }: {
    readonly name?: string | undefined;
    readonly longestPx?: number;
    readonly acceptedPx?: number | undefined;
    readonly decoder?: "auto" | "sharp" | "imagescript";
  } = {},
): Promise<Photo> {
  const called = name ?? "The photo";
  const { type, orientation, width, height } = await readPhotoHeader(
    bytes,
    called,
  );
  if (Math.max(width, height) > acceptedPx) {
    throw new PhotoError(
      `${called} is larger than ${acceptedPx} px; scale it down first.`,
    );
  }
  // Whichever library is not needed is not loaded.
  const sharp = decoder === "imagescript" ? null : await loadSharp();
  try {
    const photo = sharp !== null
      ? await decodeWithSharp(sharp, bytes, longestPx)
      : await (await import("./decode_imagescript.ts")).decodeWithImagescript(
        bytes,
        orientation,
        longestPx,
      );
    return name === undefined ? photo : { ...photo, name };
  } catch (error) {
    const used = sharp === null ? "no sharp" : "sharp";
    throw undecodable(called, type, used, error);
  }
}

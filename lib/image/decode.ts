import { PhotoError } from "../errors.ts";
import { decodeWithSharp, loadSharp } from "./decode_sharp.ts";
import type { Photo } from "./photo.ts";
import { type PhotoHeader, readPhotoHeader } from "./photo_header.ts";

/** Longest side a photo is worked on with, px; larger photos are shrunk while decoding. */
export const workingPx = 1600;

/** How `decodePhoto` may be told to differ. */
export interface DecodeOptions {
  /** What messages call the photo; a file name. */
  readonly name?: string;
  /** Longest side of the result, px. */
  readonly longestPx?: number;
  /** "auto" is sharp where its native library loads, otherwise imagescript. */
  readonly decoder?: "auto" | "sharp" | "imagescript";
}

/**
 * Decodes a photo file to upright 8-bit RGB of shape [height, width, 3], at most `longestPx` on
 * its longest side. Transparency is laid on white; of an animation the first frame counts.
 *
 * @throws PhotoError when it is no picture, is damaged, or has too many pixels.
 */
export async function decodePhoto(
  bytes: Uint8Array,
  options: DecodeOptions = {},
): Promise<Photo> {
  const { name = "The photo", longestPx = workingPx, decoder = "auto" } =
    options;
  const header = readPhotoHeader(bytes, name);
  // Whichever library is not needed is not loaded.
  const sharp = decoder === "imagescript" ? null : await loadSharp();
  try {
    const photo = sharp !== null
      ? await decodeWithSharp(sharp, bytes, longestPx)
      : await (await import("./decode_imagescript.ts")).decodeWithImagescript(
        bytes,
        header.orientation,
        longestPx,
      );
    return options.name === undefined ? photo : { ...photo, name };
  } catch (error) {
    throw new PhotoError(explain(name, header, sharp === null), {
      cause: error,
    });
  }
}

function explain(
  name: string,
  header: PhotoHeader,
  withoutSharp: boolean,
): string {
  if (withoutSharp && !["jpg", "png", "gif"].includes(header.type)) {
    return `${name} is a ${header.type} picture, which needs sharp's native library; save it as JPEG or PNG.`;
  }
  return `${name} is a damaged or unfinished ${header.type} file; copy or export it again.`;
}

import { imageSize } from "image-size";
import { PhotoError } from "../errors.ts";

/** What a picture file says of itself before anything is decoded. */
export interface PhotoHeader {
  /** jpg, png, webp, tiff, gif, avif … */
  readonly type: string;
  /** px as stored, before EXIF orientation */
  readonly width: number;
  /** px as stored, before EXIF orientation */
  readonly height: number;
  /** EXIF orientation, 1 to 8; 1 is upright. */
  readonly orientation: number;
}

const readable = ["jpg", "png", "webp", "tiff", "gif", "avif"];

/** Most megapixels a photo may have: more than any phone takes today at full size, less than a decompression bomb needs. */
export const maxMegapixels = 64;

/**
 * Reads type, size and EXIF orientation from a file's first bytes, and refuses what should not
 * be decoded at all.
 *
 * @throws PhotoError when it is no picture, of another type, or too large.
 */
export function readPhotoHeader(bytes: Uint8Array, name: string): PhotoHeader {
  if (bytes.length === 0) {
    throw new PhotoError(
      `${name} is an empty file; choose a JPEG or PNG photo.`,
    );
  }
  const header = measure(bytes);
  if (header?.type === "heic" || header?.type === "heif") {
    throw new PhotoError(
      `${name} is a HEIC photo, whose patented format this program does not read; export it as JPEG.`,
    );
  }
  if (header === undefined || !readable.includes(header.type)) {
    throw new PhotoError(
      `${name} is not a picture this program reads; choose a JPEG, PNG, WebP, TIFF, GIF or AVIF photo.`,
    );
  }
  const megapixels = header.width * header.height / 1e6;
  if (megapixels > maxMegapixels) {
    throw new PhotoError(
      `${name} has ${
        megapixels.toFixed(0)
      } megapixels and the limit is ${maxMegapixels}; scale it down first.`,
    );
  }
  return header;
}

function measure(bytes: Uint8Array): PhotoHeader | undefined {
  try {
    const { type = "", width, height, orientation = 1 } = imageSize(bytes);
    return {
      type,
      width,
      height,
      orientation,
    };
  } catch {
    return undefined; // image-size throws on anything it does not know, which the caller words
  }
}

import { PhotoError } from "../errors.ts";
import { loadSharp } from "./sharp.ts";
import {
  type HeaderFields,
  headerReaders,
  type PhotoType,
  photoTypeOf,
} from "./header_fields.ts";

/**
 * Most megapixels a photo may have, by type: as many as decode within 600 MB at the type's most costly
 * (interlaced PNG and TIFF of 16 bits and more, AVIF), and more than phones take.
 */
const maxMegapixels: Record<Exclude<PhotoType, "heic">, number> = {
  jpg: 64,
  webp: 64,
  gif: 64,
  png: 48,
  tiff: 24,
  avif: 24,
};
/** Longest side a photo may have, px: a line of more costs a decoder much memory however few lines there are. */
const maxSidePx = 30_000;
/** Largest photo file that is read, bytes. */
const maxFileBytes = 64e6;

/**
 * Tells a file's type by its first bytes, reads size and EXIF orientation, and refuses what should
 * not be decoded at all.
 *
 * @throws PhotoError when it is no picture, of another type, damaged, or too large.
 */
export async function readPhotoHeader(
  bytes: Uint8Array,
  name: string,
): Promise<HeaderFields & { readonly type: PhotoType }> {
  if (bytes.length === 0) {
    throw new PhotoError(
      `${name} is an empty file; choose a JPEG or PNG photo.`,
    );
  }
  requireReadableSize(name, bytes.length);
  const type = photoTypeOf(bytes);
  if (type === null) {
    throw new PhotoError(
      `${name} is not a picture this program reads; choose a JPEG, PNG, WebP, TIFF, GIF or AVIF photo.`,
    );
  }
  if (type === "heic") {
    throw new PhotoError(
      `${name} is a HEIC photo, whose patented format this program does not read; export it as JPEG.`,
    );
  }
  const fields = type === "jpg" || type === "png" || type === "gif"
    ? headerReaders[type](bytes)
    : await readWithSharp(bytes, type, name);
  if (fields === null || fields.width < 1 || fields.height < 1) {
    throw undecodable(name, type, "sharp");
  }
  const { width, height } = fields;
  const megapixels = width * height / 1e6;
  if (megapixels > maxMegapixels[type]) {
    throw new PhotoError(
      `${name} has ${
        megapixels.toFixed(0)
      } megapixels and the limit of ${type} is ${
        maxMegapixels[type]
      }; scale it down first.`,
    );
  }
  if (Math.max(width, height) > maxSidePx) {
    throw new PhotoError(
      `${name} is ${width} x ${height} px and no side may be longer than ${maxSidePx} px; crop or scale it first.`,
    );
  }
  return { ...fields, type };
}

/** @throws PhotoError when a file has more bytes than are read. */
export function requireReadableSize(name: string, bytes: number): void {
  if (bytes <= maxFileBytes) return;
  throw new PhotoError(
    `${name} has ${(bytes / 1e6).toFixed(0)} MB and the limit is ${
      maxFileBytes / 1e6
    }; export it smaller.`,
  );
}

/** Reads the header of types whose structure takes a library to follow. */
async function readWithSharp(
  bytes: Uint8Array,
  type: PhotoType,
  name: string,
): Promise<HeaderFields> {
  const sharp = await loadSharp();
  if (sharp === null) throw undecodable(name, type, "no sharp");
  try {
    const { width, height, orientation = 1 } = await sharp(bytes).metadata();
    return { width, height, orientation };
  } catch (cause) {
    throw undecodable(name, type, "sharp", cause);
  }
}

/**
 * What a file is refused with that cannot be decoded: its type takes sharp and there is none, or it
 * is damaged.
 */
export function undecodable(
  name: string,
  type: PhotoType,
  decoder: "sharp" | "no sharp",
  cause?: unknown,
): PhotoError {
  const needsSharp = ["webp", "tiff", "avif"].includes(type);
  return new PhotoError(
    needsSharp && decoder === "no sharp"
      ? `${name} is a ${type} picture, which needs sharp's native library; save it as JPEG or PNG.`
      : `${name} is a damaged or unfinished ${type} file; copy or export it again.`,
    { cause },
  );
}

/** The kinds of picture files that are told apart; HEIC to say what to do with it. */
export type PhotoType =
  | "jpg"
  | "png"
  | "webp"
  | "tiff"
  | "gif"
  | "avif"
  | "heic";

/** First bytes of a file, by type; a dot stands for any byte. TIFF's 43 is BigTIFF. */
const beginnings: readonly (readonly [PhotoType, string])[] = [
  ["jpg", "\xff\xd8\xff"],
  ["png", "\x89PNG\r\n\x1a\n"],
  ["webp", "RIFF....WEBP"],
  ["tiff", "II\x2a\0"],
  ["tiff", "MM\0\x2a"],
  ["tiff", "II\x2b\0"],
  ["tiff", "MM\0\x2b"],
  ["gif", "GIF87a"],
  ["gif", "GIF89a"],
];
/** Brands of ISO base media files (ISO/IEC 14496-12, 23008-12; AV1 Image File Format 1.1). */
const heicBrands = ["heic", "heix", "heim", "heis", "hevc", "hevx"];
const avifBrands = ["avif", "avis", "mif1", "msf1", "miaf", "MA1B"];
/** Longest list of brands that is looked at, bytes. */
const mostBrandBytes = 256;

/** A picture file's type by its first bytes, before any parser runs; null for anything else. */
export function photoTypeOf(bytes: Uint8Array): PhotoType | null {
  const known = beginnings.find(([, beginning]) =>
    [...beginning].every((each, i) =>
      each === "." || bytes[i] === each.charCodeAt(0)
    )
  );
  if (known !== undefined) return known[0];
  const brands = brandsOf(bytes);
  if (brands.some((brand) => heicBrands.includes(brand))) return "heic";
  return brands.some((brand) => avifBrands.includes(brand)) ? "avif" : null;
}

/** Major and compatible brands of a file that begins with a file type box. */
function brandsOf(bytes: Uint8Array): string[] {
  const text = String.fromCharCode(...bytes.subarray(0, mostBrandBytes));
  if (text.slice(4, 8) !== "ftyp") return [];
  const boxBytes = new DataView(bytes.buffer, bytes.byteOffset).getUint32(0);
  const brands = text.slice(8, boxBytes).match(/.{4}/gs) ?? [];
  // The second of the four letters is a version.
  return brands.filter((_, i) => i !== 1);
}

/** What a picture file says of itself before anything is decoded. */
export interface HeaderFields {
  /** px as stored, before EXIF orientation */
  readonly width: number;
  /** px as stored, before EXIF orientation */
  readonly height: number;
  /** EXIF orientation, 1 to 8; 1 is upright. */
  readonly orientation: number;
}

/**
 * Reads the header of the types that every decoder here knows. Each step goes forward in the file,
 * so that no content makes it take long; null where the file does not hold what its type promises.
 */
export const headerReaders: Record<
  "jpg" | "png" | "gif",
  (bytes: Uint8Array) => HeaderFields | null
> = { jpg: readJpeg, png: readPng, gif: readGif };

/** Markers of JPEG (ITU-T T.81, table B.1). */
const startOfScan = 0xda;
const app1 = 0xe1;
const isFrame = (marker: number) =>
  marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker);
/** Tag of the orientation in an EXIF directory (EXIF 2.3, tag 0x0112), and how long an entry is. */
const orientationTag = 0x0112;
const entryBytes = 12;

function readJpeg(bytes: Uint8Array): HeaderFields | null {
  const view = viewOf(bytes);
  let orientation = 1;
  for (let at = 2; at + 9 < bytes.length;) {
    if (bytes[at] !== 0xff) return null;
    const marker = bytes[at + 1]!;
    // Any number of 0xFF may fill up the place before a marker.
    if (marker === 0xff) {
      at++;
      continue;
    }
    if (marker === startOfScan) return null;
    if (isFrame(marker)) {
      const [height, width] = [view.getUint16(at + 5), view.getUint16(at + 7)];
      return { width, height, orientation };
    }
    const length = view.getUint16(at + 2);
    if (length < 2) return null;
    const segment = bytes.subarray(at + 4, at + 2 + length);
    if (marker === app1 && textOf(segment.subarray(0, 6)) === "Exif\0\0") {
      orientation = readOrientation(segment.subarray(6));
    }
    at += 2 + length;
  }
  return null;
}

function readPng(bytes: Uint8Array): HeaderFields | null {
  const view = viewOf(bytes);
  if (bytes.length < 24 || textOf(bytes.subarray(12, 16)) !== "IHDR") {
    return null;
  }
  const [width, height] = [view.getUint32(16), view.getUint32(20)];
  for (let at = 8; at + 12 <= bytes.length;) {
    const length = view.getUint32(at);
    if (textOf(bytes.subarray(at + 4, at + 8)) === "eXIf") {
      const exif = bytes.subarray(at + 8, at + 8 + length);
      return { width, height, orientation: readOrientation(exif) };
    }
    at += 12 + length;
  }
  return { width, height, orientation: 1 };
}

function readGif(bytes: Uint8Array): HeaderFields | null {
  if (bytes.length < 10) return null;
  const view = viewOf(bytes);
  const [width, height] = [view.getUint16(6, true), view.getUint16(8, true)];
  return { width, height, orientation: 1 };
}

/** The orientation that an EXIF block states; 1 where it states none. */
function readOrientation(exif: Uint8Array): number {
  if (exif.length < 8) return 1;
  const view = viewOf(exif);
  const little = textOf(exif.subarray(0, 2)) === "II";
  const directory = view.getUint32(4, little);
  if (directory + 2 > exif.length) return 1;
  const entries = view.getUint16(directory, little);
  for (let i = 0; i < entries; i++) {
    const at = directory + 2 + i * entryBytes;
    if (at + entryBytes > exif.length) return 1;
    if (view.getUint16(at, little) === orientationTag) {
      return view.getUint16(at + 8, little);
    }
  }
  return 1;
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

function textOf(bytes: Uint8Array): string {
  return String.fromCharCode(...bytes);
}

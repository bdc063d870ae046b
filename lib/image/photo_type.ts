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

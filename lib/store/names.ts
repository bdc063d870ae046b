import { createHash } from "node:crypto";
import unhomoglyph from "unhomoglyph";

/** A name as it is searched for: the same in any case. */
export function folded(name: string): string {
  return name.normalize("NFC").toLowerCase();
}

/**
 * What is the same of all names that a person would take for each other (UTS 39, section 4; never
 * shown): equal but for case (Unicode's full case folding, nearly: upper case and lower again) and for
 * characters that look alike. So "Andrew", "andrew" and one with a Cyrillic a are one name.
 */
export function skeletonOf(name: string): string {
  const plain = unhomoglyph(fold(name.normalize("NFKC")).normalize("NFD"));
  return fold(plain.normalize("NFD"));
}

/** A skeleton as a database looks for it: 16 bytes of its SHA-256 in hexadecimal, as a skeleton may be longer than an index takes. */
export function skeletonHash(name: string): string {
  const hash = createHash("sha256").update(skeletonOf(name)).digest();
  return hash.subarray(0, 16).toString("hex");
}

/** Upper case first, because some letters have no lower case of their own: ß is SS. */
function fold(text: string): string {
  return text.toUpperCase().toLowerCase();
}

import { deviceName } from "../config.ts";

/** Longest name, letters: no letter takes more than 4 of the 255 bytes that file systems have. */
const mostLetters = 50;

/** A file name's last part, of letters, digits and a few marks that mean nothing to any file system. */
export function safePhotoName(given: string, index: number): string {
  const last = given.split(/[/\\]/).pop() ?? "";
  const safe = last.normalize("NFC").replace(/[^\p{L}\p{N}._ -]/gu, "_")
    .replace(/\.{2,}/g, ".");
  const end = [...safe].slice(-mostLetters).join("");
  const name = end.replace(/^[. ]+|[. ]+$/g, "");
  if (name === "") return `photo_${index + 1}`;
  return deviceName.test(name) ? `_${name}` : name;
}

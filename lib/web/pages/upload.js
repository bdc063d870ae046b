// @ts-check
/// <reference lib="dom" />
import { call, Problem } from "./api.js";
import { make } from "./elements.js";
import { sentence } from "./words.js";
/** @import { PhotoResult, Upload } from "./shapes.d.ts" */

/**
 * Uploads photos one request each, so that each result shows as soon as it is known and no
 * request grows large.
 *
 * @param {string} path
 * @param {File[]} files
 * @param {(result: PhotoResult, done: number) => void} tell
 * @returns {Promise<number>} how many were taken
 * @throws {Problem} when the server refuses the upload as a whole, such as no-registration
 */
export async function uploadPhotos(path, files, tell) {
  let taken = 0;
  for (const [i, file] of files.entries()) {
    for (const result of await uploadOne(path, file)) {
      if (result.taken) taken += 1;
      tell(result, i + 1);
    }
  }
  return taken;
}

/**
 * @param {string} path
 * @param {File} file
 * @returns {Promise<PhotoResult[]>}
 */
async function uploadOne(path, file) {
  const body = new FormData();
  body.append("photos", file, file.name);
  try {
    /** @type {Upload} */
    const { results } = await call("POST", path, body);
    return results;
  } catch (reason) {
    // Too large or no picture: this file's own fault, the others may be fine.
    const own = reason instanceof Problem &&
      ["photo", "too-large", "malformed"].includes(reason.kind);
    if (!own) throw reason;
    return [{ name: file.name, taken: false, advice: reason.message }];
  }
}

/**
 * A line that says what became of a photo.
 *
 * @param {PhotoResult} result
 */
export function resultLine({ name, taken, advice }) {
  const words = taken ? "Taken." : "Not taken.";
  return make("li", { className: taken ? "done" : "refused" }, [
    make("span", {
      className: "sign",
      ariaHidden: "true",
      textContent: taken ? "✓" : "×",
    }),
    make("p", {}, [
      make("strong", { textContent: name }),
      ` ${words} ${sentence(advice)}`.trimEnd(),
    ]),
  ]);
}

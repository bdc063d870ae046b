// @ts-check
/// <reference lib="dom" />
import { call, isProblem } from "./api.js";
import { make, show, stepLine } from "./elements.js";
import { counted } from "./words.js";
/** @import { Shape } from "../schemas.ts" */

/**
 * Where photo files are taken, and what is done with them.
 *
 * @typedef {object} UploadPlace
 * @property {HTMLElement} place files may be dropped here
 * @property {HTMLInputElement} field and chosen here
 * @property {HTMLElement} state says how far the upload is
 * @property {HTMLElement} results gets a line for each photo
 * @property {() => string | null} begin where photos go now; null for nowhere yet
 * @property {(taken: number) => unknown} end told how many were taken
 * @property {(reason: unknown) => void} fail told of a refusal of the upload as a whole
 */

/**
 * Takes photo files and uploads them, one request each, so that each result shows as soon as it is
 * known and no request grows large.
 *
 * @param {UploadPlace} upload
 */
export function takePhotos(upload) {
  const { place, field } = upload;
  field.addEventListener("change", () => {
    const files = [...field.files ?? []];
    // Emptied, so that choosing the same file again is a change, too.
    field.value = "";
    uploadAll(upload, files);
  });
  place.addEventListener("dragover", (event) => {
    event.preventDefault();
    place.classList.add("over");
  });
  place.addEventListener("dragleave", (event) => {
    const to = event.relatedTarget;
    if (!(to instanceof Node && place.contains(to))) {
      place.classList.remove("over");
    }
  });
  place.addEventListener("drop", (event) => {
    event.preventDefault();
    place.classList.remove("over");
    uploadAll(upload, [...event.dataTransfer?.files ?? []]);
  });
}

/**
 * @param {UploadPlace} upload
 * @param {File[]} files
 */
async function uploadAll({ field, state, results, begin, end, fail }, files) {
  const path = files.length === 0 ? null : begin();
  if (path === null) return;
  field.disabled = true;
  show(true, results);
  let taken = 0;
  try {
    for (const [i, file] of files.entries()) {
      state.textContent = `Looking at photo ${i + 1} of ${files.length}…`;
      for (const result of await uploadOne(path, file)) {
        if (result.taken) taken += 1;
        results.append(resultLine(result));
      }
    }
    state.textContent = `${taken} of ${counted(files.length, "photo")} taken.`;
    await end(taken);
  } catch (reason) {
    state.textContent = "";
    fail(reason);
  }
  field.disabled = false;
}

/**
 * @param {string} path
 * @param {File} file
 * @returns {Promise<Shape<"photoResult">[]>}
 */
async function uploadOne(path, file) {
  const body = new FormData();
  body.append("photos", file, file.name);
  try {
    /** @type {Shape<"upload">} */
    const { results } = await call("POST", path, body);
    return results;
  } catch (reason) {
    // Too large or no picture: this file's own fault, the others may be fine.
    if (!isProblem(reason, "photo", "too-large", "malformed")) throw reason;
    return [{ name: file.name, taken: false, advice: reason.message }];
  }
}

/** @param {Shape<"photoResult">} result */
function resultLine({ name, taken, advice }) {
  const words = ` ${taken ? "Taken." : "Not taken."} ${advice}`.trimEnd();
  const line = stepLine(taken ? "✓" : "×", [
    make("strong", { textContent: name }),
    words,
  ]);
  line.className = taken ? "done" : "refused";
  return line;
}

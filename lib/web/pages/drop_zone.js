// @ts-check
/// <reference lib="dom" />

/**
 * Takes picture files that are dropped on a place or chosen with its file field.
 *
 * @param {HTMLElement} place
 * @param {HTMLInputElement} field
 * @param {(files: File[]) => void} take never called with an empty list
 */
export function takeFiles(place, field, take) {
  field.addEventListener("change", () => {
    const files = [...field.files ?? []];
    // Emptied, so that choosing the same file again is a change, too.
    field.value = "";
    if (files.length > 0) take(files);
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
    const files = [...event.dataTransfer?.files ?? []];
    if (files.length > 0) take(files);
  });
}

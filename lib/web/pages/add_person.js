// @ts-check
/// <reference lib="dom" />
import { Problem } from "./api.js";
import { takeFiles } from "./drop_zone.js";
import { byId, counted, markField } from "./elements.js";
import { resultLine, uploadPhotos } from "./upload.js";

/**
 * The form by which an administrator adds a person from photos.
 *
 * @param {(name: string) => Promise<void>} added
 * @param {(reason: unknown) => void} fail
 */
export function listenForNewPerson(added, fail) {
  const name = byId("add-name", HTMLInputElement);
  const state = byId("add-state", HTMLElement);
  const results = byId("add-results", HTMLUListElement);
  byId("add-form", HTMLFormElement).addEventListener(
    "submit",
    (event) => event.preventDefault(),
  );
  takeFiles(
    byId("add-drop", HTMLElement),
    byId("add-files", HTMLInputElement),
    async (files) => {
      const wanted = name.value.trim();
      markField(name, wanted === "" ? "Enter the name first." : "");
      if (wanted === "") return;
      results.replaceChildren();
      state.textContent = `Looking at ${counted(files.length, "photo")}…`;
      try {
        const taken = await uploadPhotos(
          `/api/users/${encodeURIComponent(wanted)}/photos`,
          files,
          (result) => results.append(resultLine(result)),
        );
        state.textContent = `${taken} of ${
          counted(files.length, "photo")
        } taken.`;
        if (taken === 0) return;
        name.value = "";
        await added(wanted);
      } catch (reason) {
        state.textContent = "";
        const aboutName = reason instanceof Problem && reason.kind === "usage";
        if (aboutName) markField(name, reason.message);
        else fail(reason);
      }
    },
  );
}

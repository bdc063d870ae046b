// @ts-check
/// <reference lib="dom" />

/**
 * Opens a dialog and waits until it is closed. Escape and Cancel answer "cancel"; the browser
 * gives the focus back to where it was.
 *
 * @param {HTMLDialogElement} dialog
 * @returns {Promise<string>} the value of the button that closed it
 */
export function ask(dialog) {
  dialog.returnValue = "cancel";
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => resolve(dialog.returnValue), {
      once: true,
    });
    dialog.showModal();
  });
}

// @ts-check
/// <reference lib="dom" />
import { Problem } from "./api.js";

/**
 * The page's element of an id, of the kind the caller needs.
 *
 * @template {Element} [T=HTMLElement]
 * @param {string} id
 * @param {new () => T} [kind] any HTML element without it
 * @returns {T}
 * @throws {TypeError} when the page has no such element: a fault of the page, not of the person
 */
export function byId(id, kind) {
  const found = document.getElementById(id);
  if (found instanceof (kind ?? HTMLElement)) {
    return /** @type {T} */ (/** @type {Element} */ (found));
  }
  throw new TypeError(`The page lacks its element #${id}.`);
}

/**
 * Acts when a button is pressed or a form is sent, which the browser then does not send itself.
 *
 * @param {string} id
 * @param {"click" | "submit"} event
 * @param {() => unknown} act
 */
export function on(id, event, act) {
  byId(id).addEventListener(event, (happened) => {
    if (event === "submit") happened.preventDefault();
    act();
  });
}

/**
 * @param {string} id
 * @param {string} text
 */
export function setText(id, text) {
  byId(id).textContent = text;
}

/**
 * A new element with properties and children. Text is set as text, never as markup.
 *
 * @template {keyof HTMLElementTagNameMap} T
 * @param {T} tag
 * @param {Partial<HTMLElementTagNameMap[T]>} [properties]
 * @param {(Node | string)[]} [children]
 * @returns {HTMLElementTagNameMap[T]}
 */
export function make(tag, properties = {}, children = []) {
  const element = Object.assign(document.createElement(tag), properties);
  element.append(...children);
  return element;
}

/**
 * A line of a list behind a sign that only eyes need.
 *
 * @param {string} sign
 * @param {(Node | string)[]} words
 */
export function stepLine(sign, words) {
  const mark = { className: "sign", ariaHidden: "true", textContent: sign };
  return make("li", {}, [make("span", mark), make("span", {}, words)]);
}

/**
 * Shows or hides elements.
 *
 * @param {boolean} shown
 * @param {...HTMLElement} elements
 */
export function show(shown, ...elements) {
  for (const element of elements) element.hidden = !shown;
}

/**
 * Shows a form field's error beside it, or clears it.
 *
 * @param {HTMLInputElement} field its error's element has the field's id and "-error"
 * @param {string} message empty clears
 * @returns {boolean} whether the field is free of errors
 */
export function markField(field, message) {
  notice(byId(`${field.id}-error`), message);
  if (message === "") {
    field.removeAttribute("aria-invalid");
    return true;
  }
  field.setAttribute("aria-invalid", "true");
  field.focus();
  return false;
}

/**
 * Shows a notice in its place, which says it aloud if it has the role "alert", or clears it.
 *
 * @param {HTMLElement} place
 * @param {string} message empty clears
 */
export function notice(place, message) {
  place.textContent = message;
  place.hidden = message === "";
}

/**
 * Shows the server's refusal where the page has its place for it; a page that could not begin says so
 * in its state, too.
 *
 * @param {unknown} reason
 * @throws what is no refusal
 */
export function showProblem(reason) {
  if (!(reason instanceof Problem)) throw reason;
  notice(byId("problem"), reason.message);
  const { dataset } = byId("main");
  if (dataset.state === "loading") dataset.state = "problem";
}

/**
 * Does something, and shows what it throws.
 *
 * @param {() => unknown} act
 * @param {(reason: unknown) => void} [fail]
 */
export async function guarded(act, fail = showProblem) {
  try {
    await act();
  } catch (reason) {
    fail(reason);
  }
}

/**
 * Opens a dialog and waits until it is closed. Escape and Cancel answer "cancel"; the browser
 * gives the focus back to where it was.
 *
 * @param {HTMLDialogElement} dialog
 * @returns {Promise<string>} the value of the button that closed it
 */
export function ask(dialog) {
  dialog.returnValue = "cancel";
  dialog.showModal();
  return new Promise((resolve) =>
    dialog.addEventListener("close", () => resolve(dialog.returnValue), {
      once: true,
    })
  );
}

/**
 * Moves the keyboard's and the screen reader's place to a heading that has just appeared.
 *
 * @param {HTMLElement} heading
 */
export function moveTo(heading) {
  heading.tabIndex = -1;
  heading.focus({ preventScroll: true });
  const smooth = !matchMedia("(prefers-reduced-motion: reduce)").matches;
  heading.scrollIntoView({
    block: "nearest",
    behavior: smooth ? "smooth" : "auto",
  });
}

/**
 * A date as people write it where the browser is.
 *
 * @param {string} iso ISO 8601
 * @returns {HTMLTimeElement}
 */
export function dateOf(iso) {
  const date = new Date(iso);
  const textContent = Number.isNaN(date.getTime())
    ? iso
    : date.toLocaleDateString(undefined, { dateStyle: "medium" });
  return make("time", { dateTime: iso, textContent });
}

// @ts-check
/// <reference lib="dom" />

/**
 * The page's element of an id, of the kind the caller needs.
 *
 * @template {Element} T
 * @param {string} id
 * @param {new () => T} kind
 * @returns {T}
 * @throws {TypeError} when the page has no such element: a fault of the page, not of the person
 */
export function byId(id, kind) {
  const found = document.getElementById(id);
  if (found instanceof kind) return found;
  throw new TypeError(`The page lacks its ${kind.name} #${id}.`);
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
 * A new SVG element.
 *
 * @param {string} tag
 * @param {Record<string, string | number>} [attributes]
 * @param {(Node | string)[]} [children]
 * @returns {SVGElement}
 */
export function makeSvg(tag, attributes = {}, children = []) {
  const element = document.createElementNS("http://www.w3.org/2000/svg", tag);
  for (const [name, value] of Object.entries(attributes)) {
    element.setAttribute(name, String(value));
  }
  element.append(...children);
  return element;
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
 */
export function markField(field, message) {
  const place = byId(`${field.id}-error`, HTMLElement);
  place.textContent = message;
  place.hidden = message === "";
  if (message === "") {
    field.removeAttribute("aria-invalid");
    return;
  }
  field.setAttribute("aria-invalid", "true");
  field.focus();
}

/**
 * Shows a notice in its place and says it aloud, or clears it.
 *
 * @param {HTMLElement} place an element with role "alert"
 * @param {string} message empty clears
 */
export function notice(place, message) {
  place.textContent = message;
  place.hidden = message === "";
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
  const text = Number.isNaN(date.getTime())
    ? iso
    : date.toLocaleDateString(undefined, { dateStyle: "medium" });
  return make("time", { dateTime: iso, textContent: text });
}

/**
 * A distance or threshold as far as it means anything: three decimals, no idle zeros.
 *
 * @param {number} distance
 */
export function distanceText(distance) {
  return String(Number(distance.toFixed(3)));
}

/**
 * "1 photo", "2 photos".
 *
 * @param {number} count
 * @param {string} thing
 */
export function counted(count, thing) {
  return `${count.toLocaleString()} ${thing}${count === 1 ? "" : "s"}`;
}

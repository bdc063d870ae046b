// @ts-check
/// <reference lib="dom" />
import { byId } from "./elements.js";
import { distanceText } from "./words.js";
/** @import { Shape } from "../schemas.ts" */

/** @typedef {NonNullable<Shape<"decision">["evaluation"]>} Evaluation */

/** Distance at the right end of the scale, unless the threshold or the mark lies further out. */
const usualEnd = 1.2;

/**
 * Draws a scale of distances from zero over the threshold, with the last sign-in's mark. Places are
 * shares of the width, so that the words keep their size on a phone.
 *
 * @param {number} threshold
 * @param {number | null} distance
 */
export function drawScale(threshold, distance) {
  const end = Math.max(usualEnd, threshold * 1.2, (distance ?? 0) * 1.1);
  byId("scale-drawing", SVGSVGElement)
    .setAttribute("aria-label", scaleWords(threshold, distance));
  /** @type {[string, string, number][]} */
  const places = [
    ["scale-under", "width", threshold],
    ["scale-threshold", "x1", threshold],
    ["scale-threshold", "x2", threshold],
    ["scale-mark", "cx", distance ?? 0],
  ];
  for (const [id, attribute, value] of places) {
    byId(id, SVGElement).setAttribute(attribute, `${100 * value / end}%`);
  }
  label(
    "scale-threshold-text",
    threshold / end,
    `threshold ${distanceText(threshold)}`,
  );
  label("scale-end-text", 1, distanceText(end));
  if (distance === null) return;
  label(
    "scale-mark-text",
    distance / end,
    `distance ${distanceText(distance)}`,
  );
  byId("scale-mark", SVGElement).removeAttribute("visibility");
}

/**
 * @param {string} id
 * @param {number} share of the width
 * @param {string} text
 */
function label(id, share, text) {
  const anchor = share < 0.15 ? "start" : share > 0.85 ? "end" : "middle";
  const element = byId(id, SVGElement);
  element.setAttribute("x", `${100 * share}%`);
  element.setAttribute("text-anchor", anchor);
  element.textContent = text;
}

/**
 * Where the distance lies, in words.
 *
 * @param {number} threshold
 * @param {number | null} distance
 */
export function scaleWords(threshold, distance) {
  const limit = distanceText(threshold);
  if (distance === null) {
    return `Scale of distances from 0; the threshold is ${limit}.`;
  }
  const side = distance < threshold ? "under" : "not under";
  return `The distance ${
    distanceText(distance)
  } is ${side} the threshold ${limit}.`;
}

/**
 * What the numbers cannot say.
 *
 * @param {Evaluation} evaluation
 */
export function ratesNote({ fmr, fnmr, genuinePairs, impostorPairs }) {
  return [
    ...(fmr === 0 ? [noneSeen("false match", impostorPairs)] : []),
    ...(fnmr === 0 ? [noneSeen("false non-match", genuinePairs)] : []),
    "Other cameras, other light and other people give other rates; children and relatives are harder to tell apart.",
  ].join(" ");
}

/**
 * No error in n independent trials leaves up to 3/n at 95 % confidence: the "rule of three",
 * Hanley and Lippman-Hand, JAMA 249 (1983).
 *
 * @param {string} error
 * @param {number} pairs
 */
function noneSeen(error, pairs) {
  if (pairs === 0) return `There was no pair to see a ${error} in.`;
  return `No ${error} was seen in ${pairs.toLocaleString()} pairs, so the true rate may still be up to about ${
    percent(Math.min(1, 3 / pairs))
  }.`;
}

/** @param {number} rate */
export function percent(rate) {
  return `${Number((rate * 100).toPrecision(3))} %`;
}

// @ts-check
/// <reference lib="dom" />
import { distanceText, makeSvg } from "./elements.js";
/** @import { SignIn } from "./shapes.d.ts" */

/** Distance at the right end of the scale, unless the threshold or the mark lies further out. */
const usualEnd = 1.2;

/**
 * A scale of distances from zero over the threshold, with the last sign-in's mark. Places are
 * shares of the width, so that the words keep their size on a phone.
 *
 * @param {number} threshold
 * @param {SignIn | null} last
 * @returns {SVGElement}
 */
export function distanceScale(threshold, last) {
  const distance = last?.distance ?? null;
  const end = Math.max(usualEnd, threshold * 1.2, (distance ?? 0) * 1.1);
  /** @param {number} value */
  const at = (value) => `${100 * value / end}%`;
  const bar = { y: 46, height: 14 };
  return makeSvg("svg", {
    role: "img",
    "aria-label": scaleWords(threshold, distance),
  }, [
    makeSvg("rect", { class: "over", x: 0, width: "100%", rx: 7, ...bar }),
    makeSvg("rect", {
      class: "under",
      x: 0,
      width: at(threshold),
      rx: 7,
      ...bar,
    }),
    makeSvg("line", {
      class: "threshold",
      x1: at(threshold),
      x2: at(threshold),
      y1: 38,
      y2: 68,
    }),
    label(0, end, 86, "0"),
    label(threshold, end, 86, `threshold ${distanceText(threshold)}`),
    label(end, end, 86, distanceText(end)),
    ...(distance === null ? [] : [
      makeSvg("circle", { class: "mark", cx: at(distance), cy: 53, r: 10 }),
      label(
        distance,
        end,
        26,
        `distance ${distanceText(distance)}`,
        "mark-text",
      ),
    ]),
  ]);
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
 * @param {number} value
 * @param {number} end
 * @param {number} y
 * @param {string} text
 * @param {string} [className]
 */
function label(value, end, y, text, className = "") {
  const share = value / end;
  const anchor = share < 0.15 ? "start" : share > 0.85 ? "end" : "middle";
  return makeSvg("text", {
    x: `${100 * share}%`,
    y,
    "text-anchor": anchor,
    class: className,
    "aria-hidden": "true",
  }, [text]);
}

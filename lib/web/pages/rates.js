// @ts-check
/// <reference lib="dom" />
import { distanceText, make } from "./elements.js";
/** @import { Decision } from "./shapes.d.ts" */

/** @typedef {NonNullable<Decision["evaluation"]>} Evaluation */

/**
 * The error rates of the last evaluation as a table, each with the number of pairs behind it.
 *
 * @param {Evaluation} evaluation
 * @param {number} threshold
 */
export function ratesTable(evaluation, threshold) {
  const { fmr, fnmr, eer, genuinePairs, impostorPairs } = evaluation;
  return make("table", {}, [
    make("thead", {}, [
      row("th", ["Error", "Rate", "Measured on"]),
    ]),
    make("tbody", {}, [
      row("td", [
        `Two people taken for one (false match rate) at ${
          distanceText(threshold)
        }`,
        share(fmr),
        `${impostorPairs.toLocaleString()} pairs of different people`,
      ]),
      row("td", [
        `One person not recognized (false non-match rate) at ${
          distanceText(threshold)
        }`,
        share(fnmr),
        `${genuinePairs.toLocaleString()} pairs of the same person`,
      ]),
      row("td", [
        "Both equally often (equal error rate), at another threshold",
        share(eer),
        "the same pairs",
      ]),
    ]),
  ]);
}

/**
 * What the numbers cannot say.
 *
 * @param {Evaluation} evaluation
 */
export function ratesNote({ fmr, fnmr, genuinePairs, impostorPairs }) {
  const notes = [];
  if (fmr === 0) notes.push(noneSeen("false match", impostorPairs));
  if (fnmr === 0) notes.push(noneSeen("false non-match", genuinePairs));
  notes.push(
    "Other cameras, other light and other people give other rates; children and relatives are harder to tell apart.",
  );
  return notes.join(" ");
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
    share(Math.min(1, 3 / pairs))
  }.`;
}

/** @param {number} rate */
function share(rate) {
  return `${Number((rate * 100).toPrecision(3))} %`;
}

/**
 * @param {"th" | "td"} tag
 * @param {string[]} cells
 */
function row(tag, cells) {
  return make(
    "tr",
    {},
    cells.map((textContent, i) => {
      if (tag === "th") return make("th", { scope: "col", textContent });
      if (i === 0) return make("th", { scope: "row", textContent });
      return make("td", { className: i === 1 ? "number" : "", textContent });
    }),
  );
}

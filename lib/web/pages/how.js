// @ts-check
/// <reference lib="dom" />
import { call, getSession, Problem } from "./api.js";
import { byId, dateOf, distanceText, make, notice, show } from "./elements.js";
import { ratesNote, ratesTable } from "./rates.js";
import { distanceScale, scaleWords } from "./scale.js";
import { verdictWords } from "./words.js";
/** @import { Decision } from "./shapes.d.ts" */

const main = byId("main", HTMLElement);

await begin();

async function begin() {
  try {
    await getSession();
    /** @type {Decision} */
    const decision = await call("GET", "/api/decision");
    showLast(decision);
    showRule(decision);
    showRates(decision);
    main.dataset.state = decision.last?.decision ?? "none";
  } catch (reason) {
    if (!(reason instanceof Problem)) throw reason;
    notice(byId("problem", HTMLElement), reason.message);
    main.dataset.state = "problem";
  }
}

/** @param {Decision} decision */
function showLast({ last, threshold }) {
  show(true, byId("last", HTMLElement));
  show(last === null, byId("last-none", HTMLElement));
  const at = last?.threshold ?? threshold;
  byId("scale", HTMLElement).append(
    distanceScale(at, last),
    make("figcaption", { textContent: captionOf(last) }),
  );
  if (last === null) return;
  byId("last-words", HTMLElement).textContent = last.distance === null
    ? `${verdictWords(last)}.`
    : `${verdictWords(last)}. ${scaleWords(at, last.distance)}`;
  byId("last-reason", HTMLElement).textContent = last.reason;
  if (last.chip === null) return;
  const image = byId("nearest-chip", HTMLImageElement);
  image.alt = `The nearest registered picture of ${last.user ?? "the person"}`;
  // Deleted since, it cannot be shown any more.
  image.addEventListener(
    "load",
    () => show(true, byId("nearest", HTMLElement)),
  );
  image.src = last.chip;
}

/** @param {Decision["last"]} last */
function captionOf(last) {
  const base =
    "Left of the threshold (filled): near enough. Right of it: too far.";
  if (last?.decision !== "rejected" || last.distance === null) return base;
  return `${base} After a rejection the distance is rounded up to tenths, so that nobody can feel their way to a face.`;
}

/** @param {Decision} decision */
function showRule({ threshold, thresholdFrom, margin, modelId }) {
  const facts = [
    ["Threshold", `${distanceText(threshold)}. Chosen by: ${thresholdFrom}.`],
    ["Margin", marginWords(margin)],
    ["Model", `${modelId}. Distances of different models are never compared.`],
  ];
  byId("rule-facts", HTMLElement).replaceChildren(
    ...facts.map(([title, text]) =>
      make("div", {}, [
        make("dt", { textContent: title }),
        make("dd", { textContent: text }),
      ])
    ),
  );
  show(true, byId("rule", HTMLElement));
}

/** @param {number} margin */
function marginWords(margin) {
  return margin === 0
    ? "0. The nearest person counts, however near the next one is."
    : `${
      distanceText(margin)
    }. The nearest person must be nearer than every other person by this much.`;
}

/** @param {Decision} decision */
function showRates({ evaluation, threshold }) {
  show(true, byId("rates", HTMLElement));
  const words = byId("rates-words", HTMLElement);
  if (evaluation === null) {
    words.replaceChildren(
      "Not measured on this server. Run ",
      make("code", { textContent: "deno task evaluate FOLDER" }),
      " with a folder of photos per person, then open this page again.",
    );
    return;
  }
  words.replaceChildren(
    `Measured on ${evaluation.photos.toLocaleString()} photos of ${evaluation.people.toLocaleString()} people, `,
    dateOf(evaluation.measuredAt),
    ".",
  );
  const place = byId("rates-table", HTMLElement);
  place.replaceChildren(ratesTable(evaluation, threshold));
  show(true, place);
  byId("rates-note", HTMLElement).textContent = ratesNote(evaluation);
}

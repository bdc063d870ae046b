// @ts-check
/// <reference lib="dom" />
import { call, getSession } from "./api.js";
import { byId, dateOf, guarded, make, setText, show } from "./elements.js";
import { drawScale, percent, ratesNote, scaleWords } from "./figures.js";
import { distanceText, liveRows, liveWords, verdictWords } from "./words.js";
/** @import { Shape } from "../schemas.ts" */

await guarded(async () => {
  await getSession();
  /** @type {Shape<"decision">} */
  const decision = await call("GET", "/api/decision");
  showLast(decision);
  showLive(decision);
  showRule(decision);
  show(true, byId("last"), byId("rule"), byId("rates"));
  byId("main").dataset.state = decision.last?.decision ?? "none";
});

/** @param {Shape<"decision">} decision */
function showLast({ last, threshold }) {
  const at = last?.threshold ?? threshold;
  const distance = last?.distance ?? null;
  drawScale(at, distance);
  show(last === null, byId("last-none"));
  if (last === null) return;
  const where = distance === null ? "" : ` ${scaleWords(at, distance)}`;
  setText("last-words", `${verdictWords(last)}.${where}`);
  setText("last-reason", last.reason);
  show(last.decision === "rejected" && distance !== null, byId("rounded"));
  if (last.chip === null) return;
  const image = byId("nearest-chip", HTMLImageElement);
  image.alt = `The nearest registered picture of ${last.user}`;
  // Deleted since, it cannot be shown any more.
  image.addEventListener("load", () => show(true, byId("nearest")));
  image.src = last.chip;
}

/** @param {Shape<"decision">} decision */
function showLive({ live }) {
  show(live !== null, byId("live"));
  if (live === null) return;
  setText("live-words", liveWords(live));
  const rows = liveRows(live).map(({ measure, seen, needed }) =>
    make("tr", {}, [
      make("th", { scope: "row", textContent: measure }),
      make("td", { className: "number", textContent: seen }),
      make("td", { className: "number", textContent: needed }),
    ])
  );
  byId("live-rows").replaceChildren(...rows);
  show(rows.length > 0, byId("live-table"));
}

/** @param {Shape<"decision">} decision */
function showRule({ threshold, thresholdFrom, margin, modelId, evaluation }) {
  setText(
    "threshold",
    `${distanceText(threshold)}. Chosen by: ${thresholdFrom}.`,
  );
  setText(
    "margin",
    margin === 0
      ? "0. The nearest person counts, however near the next one is."
      : `${
        distanceText(margin)
      }. The nearest person must be nearer than every other person by this much.`,
  );
  setText("model", modelId);
  show(evaluation === null, byId("not-measured"));
  if (evaluation === null) return;
  const { photos, people, measuredAt } = evaluation;
  byId("measured").replaceChildren(
    `Measured on ${photos.toLocaleString()} photos of ${people.toLocaleString()} people, `,
    dateOf(measuredAt),
    ".",
  );
  showRates(evaluation, threshold);
}

/**
 * Fills the table with the error rates of the last evaluation, each with the number of pairs behind it.
 *
 * @param {NonNullable<Shape<"decision">["evaluation"]>} evaluation
 * @param {number} threshold
 */
function showRates(evaluation, threshold) {
  const { fmr, fnmr, eer, genuinePairs, impostorPairs } = evaluation;
  for (const rate of ["fmr", "fnmr"]) {
    setText(`${rate}-at`, distanceText(threshold));
  }
  setText("fmr", percent(fmr));
  setText("fnmr", percent(fnmr));
  setText("eer", percent(eer));
  setText("impostor-pairs", impostorPairs.toLocaleString());
  setText("genuine-pairs", genuinePairs.toLocaleString());
  setText("rates-note", ratesNote(evaluation));
  show(true, byId("rates-table"));
}

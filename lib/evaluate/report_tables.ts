import { html } from "hono/html";
import type { Comparison, Evaluation } from "./evaluation.ts";
import { percent } from "./figure_frame.ts";
import {
  comparisonRows,
  comparisonWords,
  count,
  marginRows,
  percentInterval,
  summaryRows,
} from "./summary.ts";

/** All numbers with their intervals. */
export function numbers(evaluation: Evaluation) {
  return html`
    <table class="wide">
      <thead>
        <tr>
          <th>measure</th>
          <th>value</th>
          <th>95 % interval</th>
          <th>note</th>
        </tr>
      </thead>
      <tbody>
    ${summaryRows(evaluation).map(({ name, value, interval, note }) =>
      html`
        <tr>
          <th scope="row">${name}</th>
          <td class="number">${value}</td>
          <td class="interval">${interval}</td>
          <td class="note">${note}</td>
        </tr>
      `
    )}</tbody>
    </table>
  `;
}

/** What a margin changes. */
export function margins(evaluation: Evaluation) {
  const [head = [], ...rows] = marginRows(evaluation);
  const at = evaluation.threshold.toFixed(3);
  return section("Margin", head, rows, [
    `Each photo searched among all others at the threshold ${at}, the second person at least the margin further away. ` +
    "FPIR: the person is not there and somebody is named. FNIR: the person is there and is not named.",
  ]);
}

/** Each person's errors. */
export function people({ byPerson, acquisition }: Evaluation) {
  const rows = byPerson.map((each) => [
    each.person,
    `${each.falseNonMatches} of ${count(each.genuinePairs)}`,
    `${each.falseMatches} of ${count(each.impostorPairs)}`,
  ]);
  const more = byPerson.length < acquisition.people
    ? [`The ${count(byPerson.length)} people with most errors are listed.`]
    : [];
  const head = ["person", "refused", "taken for somebody else"];
  return section("By person", head, rows, more);
}

/** Who is taken for whom. */
export function confused({ confusions }: Evaluation) {
  const rows = confusions.map(({ people, pairs, falseMatches, nearest }) => [
    people.join(" and "),
    `${falseMatches} of ${count(pairs)}`,
    nearest.toFixed(3),
    2 * falseMatches > pairs ? "same person under two names?" : "",
  ]);
  const head = ["people", "pairs under the threshold", "nearest", ""];
  return section("Who is taken for whom", head, rows, []);
}

/** The rates of each group. */
export function breakdown({ breakdown }: Evaluation) {
  const rows = breakdown.map(({ column, value, metrics }) => [
    `${column}: ${value}`,
    count(metrics.people),
    count(metrics.genuinePairs),
    count(metrics.impostorPairs),
    percent(metrics.atThreshold.fnmr),
    percentInterval(metrics.intervals.fnmr),
    percent(metrics.atThreshold.fmr),
    percentInterval(metrics.intervals.fmr),
    percent(metrics.eer.rate),
  ]);
  const head = [
    ...["group", "people", "genuine", "impostor"],
    ...["FNMR", "95 %", "FMR", "95 %", "EER"],
  ];
  return section("By group", head, rows, [
    'A group holds the pairs both of whose photos belong to it; "mixed" holds the others.',
  ]);
}

/** Two ways of working side by side. */
export function comparison(comparison: Comparison) {
  const { here, there } = comparison;
  const head = ["measure", here, there, "difference", "95 % interval", "p"];
  return section(
    `${here} against ${there}`,
    head,
    comparisonRows(comparison),
    [
      comparisonWords(comparison),
      "The same photos both ways, the same people left out of both; p is corrected for the number of measures (Holm).",
    ],
  );
}

/** What the terms mean. */
export function glossary() {
  const terms = {
    "genuine pair": "two photos of one person",
    "impostor pair": "two photos of two people",
    FMR: "false match rate: share of impostor pairs under the threshold",
    FNMR:
      "false non-match rate: share of genuine pairs at or above the threshold",
    EER: "equal error rate: where FMR and FNMR meet",
    AUC:
      "area under the ROC curve: chance that a genuine pair lies nearer than an impostor pair",
    "d'": "distance between both kinds' means in units of their spread",
    FTA:
      "failure to acquire rate: photos that gave no embedding; they are in no pair, so in neither FMR nor FNMR",
    FTE:
      "failure to enrol rate: people none of whose photos gave an embedding; they are in no rate",
    "rank-1":
      "share of searches whose nearest photo shows the right person, whatever its distance",
    FPIR:
      "false positive identification rate: searches for somebody who is not there that name somebody",
    DIR:
      "detection and identification rate: searches that find the right person, and under the threshold",
  };
  return html`
    <h2>Terms</h2>
    <dl>
    ${Object.entries(terms).map(([term, meaning]) =>
      html`
        <dt>${term}</dt>
        <dd>${meaning}</dd>
      `
    )}</dl>
  `;
}

/** A heading, a table and notes; nothing without rows. */
function section(
  title: string,
  head: readonly string[],
  rows: readonly (readonly string[])[],
  notes: readonly string[],
) {
  if (rows.length === 0) return "";
  return html`
    <h2>${title}</h2>
    <div class="scroll">
      <table>
        <thead>
          <tr>${head.map((cell) => html`<th>${cell}</th>`)}</tr>
        </thead>
        <tbody>${rows.map((row) =>
          html`<tr>${
            row.map((cell) => html`<td class="number">${cell}</td>`)
          }</tr>`
        )}</tbody>
      </table>
    </div>
    ${notes.map((note) => html`<p class="note">${note}</p>`)}
  `;
}

import type { Comparison, Evaluation } from "./evaluation.ts";
import { percent } from "./figure_frame.ts";
import { html } from "hono/html";
import {
  comparisonRows,
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
  const [head, ...rows] = marginRows(evaluation);
  if (head === undefined) return html``;
  return html`
    <h2>Margin</h2>
    ${table(head, rows)}
    <p
      class="note">Each photo searched among all others at the threshold ${evaluation
        .threshold.toFixed(
          3,
        )}, the second person at least the margin further away. FPIR: the person is not there and somebody is named. FNIR: the person is there and is not named.</p>
  `;
}

/** The rates of each group. */
export function breakdown({ breakdown }: Evaluation) {
  if (breakdown.length === 0) return html``;
  return html`
    <h2>By group</h2>
    <div class="scroll">${table(
      ["group", "genuine", "impostor", "FNMR", "95 %", "FMR", "95 %", "EER"],
      breakdown.map(({ column, value, metrics }) => [
        `${column}: ${value}`,
        count(metrics.genuinePairs),
        count(metrics.impostorPairs),
        percent(metrics.atThreshold.fnmr),
        percentInterval(metrics.intervals.fnmr),
        percent(metrics.atThreshold.fmr),
        percentInterval(metrics.intervals.fmr),
        percent(metrics.eer.rate),
      ]),
    )}</div>
    <p
      class="note">A group holds the pairs both of whose photos belong to it; "mixed" holds the others.</p>
  `;
}

/** Two ways of working side by side. */
export function comparison(comparison: Comparison) {
  const { here, there } = comparison;
  return html`
    <h2>${here} against ${there}</h2>
    <div class="scroll">${table(
      ["measure", here, there, "difference", "95 % interval"],
      comparisonRows(comparison),
    )}</div>
    <p
      class="note">The same photos both ways. An interval that does not hold 0 is a difference that other people's photos can be expected to show too.</p>
  `;
}

function table(
  head: readonly string[],
  rows: readonly (readonly string[])[],
) {
  return html`
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
  `;
}

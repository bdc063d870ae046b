import type { Dataset } from "./dataset.ts";
import type { Evaluation } from "./evaluation.ts";
import type { Run } from "./run_evaluation.ts";
import { drawSvg, type LabelledPlot, percent } from "./figure_frame.ts";
import {
  detPlot,
  discardPlot,
  histogramPlot,
  rocPlot,
  thresholdPlot,
} from "./figures.ts";
import { html, raw } from "hono/html";
import { type ScoreSet, sortScores } from "./pair_scores.ts";
import { count, errorCounts, intervalText } from "./measures.ts";
import { sectionsOf, warnings } from "./tables.ts";

/** What a report shows. */
interface ReportContent {
  readonly evaluation: Evaluation;
  readonly set: ScoreSet;
  readonly dataset: Dataset;
  readonly faces: Run["faces"];
}

/** The report as one HTML page that needs no network: figures as SVG, faces as data URIs. */
export async function reportPage(content: ReportContent): Promise<string> {
  const { evaluation, dataset, faces } = content;
  const style = await Deno.readTextFile(
    new URL("report.css", import.meta.url),
  );
  const page = await html`
    <!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <title>Error rates of ${evaluation.modelId}</title>
        <style>${raw(style)}</style>
      </head>
      <body>
    <h1>Error rates of ${evaluation.modelId}</h1>
    <p class="faint">Detector ${evaluation.detector}, ${evaluation.createdAt
      .slice(0, 10)}: <code>${evaluation.command}</code>. ${count(
        evaluation.acquisition.photos,
      )} photos of ${count(
        evaluation.acquisition.people,
      )} people: ${count(
        evaluation.verification.genuinePairs,
      )} genuine and ${count(
        evaluation.verification.impostorPairs,
      )} impostor pairs.</p>
    ${warnings(evaluation).map((line) => html`<p class="warning">${line}</p>`)}
    ${tiles(evaluation)}
    <p>${errorCounts(evaluation)}</p>
    ${figures(content)}
    ${sectionsOf(evaluation).map(table)}
    <h2>Genuine pairs farthest apart</h2>
    ${pairs(evaluation.worstGenuine, dataset, faces)}
    <h2>Impostor pairs closest to each other</h2>
    ${pairs(evaluation.closestImpostor, dataset, faces)}
    ${failures(evaluation)}
    ${glossary()}
      </body>
    </html>
  `;
  return String(page);
}

function tiles({ verification, threshold }: Evaluation) {
  const { atThreshold, eer, intervals } = verification;
  const tile = (name: string, value: string, interval: string) =>
    html`
      <div
        class="tile"><span>${name}</span><b>${value}</b><span>${interval}</span></div>
    `;
  const at = `at ${threshold.toFixed(3)}`;
  return html`<div class="tiles">${[
    tile(
      "threshold",
      threshold.toFixed(3),
      "distance under which two faces match",
    ),
    tile(`FMR ${at}`, percent(atThreshold.fmr), intervalText(intervals.fmr)),
    tile(`FNMR ${at}`, percent(atThreshold.fnmr), intervalText(intervals.fnmr)),
    tile("EER", percent(eer.rate), intervalText(intervals.eer)),
  ]}</div>`;
}

/** A heading, a table and notes; a row of four has room for its note on a phone, too. */
function table(
  { title, head, rows, notes }: ReturnType<typeof sectionsOf>[number],
) {
  return html`
    <h2>${title}</h2>
    <div class="scroll">
      <table class="${head.includes("note") ? "wide" : ""}">
        <thead>
          <tr>${head.map((cell) => html`<th>${cell}</th>`)}</tr>
        </thead>
        <tbody>${rows.map((row) =>
          html`<tr>${
            row.map((cell, i) =>
              html`<td class="${classOf(head[i]!)}">${cell}</td>`
            )
          }</tr>`
        )}</tbody>
      </table>
    </div>
    ${notes.map((note) => html`<p class="note">${note}</p>`)}
  `;
}

function classOf(column: string): string {
  if (column === "95 % interval") return "interval";
  return column === "note" ? "note" : "number";
}

/** What the terms of ISO/IEC 19795-1 mean. */
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
  "rule of 30":
    "30 errors must be expected before a rate is taken to be within 30 % of the truth",
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

function glossary() {
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

function figures({ evaluation, set }: ReportContent) {
  const { curve, threshold, verification } = evaluation;
  const sorted = sortScores(set.genuine.distance, set.impostor.distance);
  const figure = (plot: LabelledPlot, caption: ReturnType<typeof html>) =>
    html`<figure>${
      raw(drawSvg(plot))
    }<figcaption>${caption}</figcaption></figure>`;
  const key = (kind: string, name: string) =>
    html`<span class="key" style="background:var(--${kind})"></span>${name}`;
  const pairsOf = {
    genuine: verification.genuinePairs,
    impostor: verification.impostorPairs,
  };
  const both = html`${key("impostor", "FMR")} and ${key("genuine", "FNMR")}`;
  const shown = [
    figure(
      histogramPlot(sorted, threshold),
      html`Distances of ${key("genuine", "genuine")} and ${
        key("impostor", "impostor")
      } pairs, each kind as shares of itself. Left of the threshold pairs match.`,
    ),
    figure(
      thresholdPlot(curve, threshold),
      html`${both} against the threshold; they cross at the EER.`,
    ),
    figure(
      rocPlot(curve, pairsOf.impostor, threshold),
      html`ROC: genuine pairs accepted against FMR, on a logarithmic axis whose left end stands for no false match. The dot is the threshold.`,
    ),
    figure(
      detPlot(curve, pairsOf, threshold),
      html`DET: FNMR against FMR, both on normal-deviate axes; the dashed line is where they are equal.`,
    ),
  ];
  if (evaluation.discard.some(({ fmr, fnmr }) => fmr + fnmr > 0)) {
    const caption =
      html`${both} at the threshold once the photos of lowest quality are refused.`;
    shown.push(figure(discardPlot(evaluation.discard), caption));
  }
  return html`<div class="figures">${shown}</div>`;
}

function pairs(
  shown: Evaluation["worstGenuine"],
  { photos, people }: Dataset,
  faces: Run["faces"],
) {
  const face = (index: number) =>
    html`<img src="${faces.get(index) ?? ""}" alt="${photos[index]!.name}">`;
  const nameOf = (index: number) => {
    const { name, person } = photos[index]!;
    const who = people[person]!;
    return name.startsWith(who) ? name : `${who}, ${name}`;
  };
  return html`<div class="pairs">${
    shown.map(({ a, b, distance }) =>
      html`
        <figure>
          <div>${face(a)}${face(b)}</div>
          <figcaption>${distance.toFixed(3)}: ${nameOf(a)} and ${nameOf(
            b,
          )}</figcaption>
        </figure>
      `
    )
  }</div>`;
}

function failures({ acquisition }: Evaluation) {
  const { failures, severalFaces } = acquisition;
  return html`
    <h2>Photos that gave no embedding</h2>
    ${failures.length === 0
      ? html`<p>None.</p>`
      : html`<ul>${
        failures.map(({ kind, reason }) =>
          html`<li>${
            kind === "no-face" ? "No face" : "Unreadable"
          }: ${reason}</li>`
        )
      }</ul>`}
    <p
      class="note">${count(
        severalFaces.length,
      )} photos show several faces; the largest was taken.</p>
  `;
}

import { rollup } from "d3-array";
import { html, raw } from "hono/html";
import { errorCurve } from "../evaluate/curves.ts";
import { drawPlot, percent } from "../evaluate/figure_frame.ts";
import { histogramPlot, rocPlot } from "../evaluate/figures.ts";
import { type Interval, intervalMethod } from "../evaluate/intervals.ts";
import { verificationMetrics } from "../evaluate/metrics.ts";
import {
  countBelow,
  PairList,
  type ScoreSet,
  type SortedScores,
  sortScores,
} from "../evaluate/pair_scores.ts";
import { euclideanDistance } from "../match/distance.ts";
import type { OwnedVector } from "./distance_matrix_figure.ts";
import { ink, plotFigure } from "./figure.ts";
import { Html, Markdown, type Shown, table } from "./markdown.ts";

/** Distances of all pairs of different photos, of one user and of two, and whose they are. */
interface NotebookScores {
  readonly set: ScoreSet;
  readonly sorted: SortedScores;
}

/** Compares each two photos once. */
export function scorePairsOf(items: readonly OwnedVector[]): NotebookScores {
  const users = [...rollup(items, () => 0, ({ user }) => user).keys()];
  const most = items.length ** 2 / 2;
  const [genuine, impostor] = [new PairList(most), new PairList(most)];
  items.forEach((a, i) =>
    items.slice(i + 1).forEach((b, j) => {
      const distance = euclideanDistance(a.vector, b.vector);
      const pairs = a.user === b.user ? genuine : impostor;
      pairs.add(distance, i, i + 1 + j);
    })
  );
  const set = {
    genuine: genuine.scores(),
    impostor: impostor.scores(),
    person: Uint32Array.from(items, ({ user }) => users.indexOf(user)),
    people: users.length,
  };
  const { distance } = set.genuine;
  return { set, sorted: sortScores(distance, set.impostor.distance) };
}

const noPairs = new Markdown(
  "These photos make no pair of one person, or none of two: add photos, and people.",
);

function isEmpty({ sorted }: NotebookScores): boolean {
  return sorted.genuine.length === 0 || sorted.impostor.length === 0;
}

/** How far apart pairs of one user (blue) and of two users (orange) lie. */
export function histogramFigure(
  title: string,
  scores: NotebookScores,
  threshold: number,
): Shown {
  if (isEmpty(scores)) return noPairs;
  return plotFigure(
    title,
    `Distances of all pairs; ${describe(scores, threshold)}`,
    histogramPlot(scores.sorted, threshold).options,
  );
}

/** What share of genuine pairs is accepted at each false match rate; the dot is the threshold. */
export function rocFigure(
  title: string,
  scores: NotebookScores,
  threshold: number,
): Shown {
  if (isEmpty(scores)) return noPairs;
  const pairs = scores.sorted.impostor.length;
  return plotFigure(
    title,
    `ROC curve; ${describe(scores, threshold)}`,
    rocPlot(errorCurve(scores.sorted), pairs, threshold).options,
  );
}

/**
 * The histogram with a threshold that the reader moves: what it costs is counted in the page, without
 * a kernel. Where a page shows no scripts, the picture stands still.
 */
export function thresholdSlider(
  scores: NotebookScores,
  threshold: number,
): Shown {
  if (isEmpty(scores)) return noPairs;
  const { genuine, impostor } = scores.sorted;
  const plot = histogramPlot(scores.sorted);
  const svg = drawPlot(plot.options);
  const x = svg.scale("x")!;
  const [low, high] = x.domain as [number, number];
  svg.setAttribute("style", `${svg.getAttribute("style")};color:${ink.text}`);
  const id = `threshold-${Math.round(1e6 * (high + genuine.length))}`;
  const numbers = (values: Float32Array) =>
    JSON.stringify([...values].map((value) => Number(value.toFixed(4))));
  const page = html`
    <div
      id="${id}"
      style="background:${ink.card};color:${ink.text};border:1px solid ${ink
        .edge};border-radius:8px;padding:12px 20px;width:440px;font:14px system-ui,sans-serif"
    ><b>What a threshold costs</b>${raw(svg.outerHTML)}<input
        type="range"
        min="${low}"
        max="${high}"
        step="0.005"
        value="${threshold}"
        aria-label="threshold"
        style="width:100%"
      ><p style="margin:4px 0">T${describe(scores, threshold).slice(
        1,
      )}</p><script>
        ${raw(`(() => {
      const root = document.getElementById("${id}");
      const slider = root.querySelector("input"), says = root.querySelector("p");
      const svg = root.querySelector("svg");
      const genuine = ${numbers(genuine)}, impostor = ${numbers(impostor)};
      const [x0, x1] = ${JSON.stringify(x.range)};
      const line = document.createElementNS("http://www.w3.org/2000/svg", "line");
      for (const [k, v] of Object.entries({ y1: 20, y2: 258, stroke: "${ink.text}", "stroke-width": 2 })) line.setAttribute(k, v);
      svg.append(line);
      const move = () => {
        const t = Number(slider.value);
        const at = x0 + (t - ${low}) / (${high} - ${low}) * (x1 - x0);
        line.setAttribute("x1", at);
        line.setAttribute("x2", at);
        const refused = genuine.filter((d) => d >= t).length;
        const taken = impostor.filter((d) => d < t).length;
        says.textContent = "Threshold " + t.toFixed(2) + ": " + refused + " of " + genuine.length +
          " pairs of one person refused, " + taken + " of " + impostor.length + " pairs of two taken for one.";
      };
      slider.addEventListener("input", move);
      move();
    })();`)}
      </script></div>
  `;
  return new Html(String(page), `A slider: ${describe(scores, threshold)}`);
}

/** What each threshold costs: pairs decided wrongly, and the rates. */
export function thresholdTable(
  scores: NotebookScores,
  thresholds: readonly number[],
): Markdown {
  const { genuine, impostor } = scores.sorted;
  return table(
    [
      "threshold",
      "one person, refused",
      "FNMR",
      "two people, taken for one",
      "FMR",
    ],
    thresholds.map((threshold) => {
      const { refused, taken } = wrongPairs(scores, threshold);
      return [
        threshold.toFixed(2),
        `${refused} of ${genuine.length}`,
        percent(refused / genuine.length),
        `${taken} of ${impostor.length}`,
        percent(taken / impostor.length),
      ];
    }),
  );
}

/** The rates at a threshold with what so few people can show of them. */
export function ratesText(scores: NotebookScores, threshold: number): Markdown {
  if (isEmpty(scores)) return noPairs;
  const { people, atThreshold, intervals } = verificationMetrics(
    scores.set,
    threshold,
  );
  const within = ({ low, high }: Interval) =>
    `${percent(low)} to ${percent(high)}`;
  return new Markdown(
    `At ${threshold.toFixed(2)} these **${people} people** show an FNMR of **${
      percent(atThreshold.fnmr)
    }** (${within(intervals.fnmr!)}) and an FMR of **${
      percent(atThreshold.fmr)
    }** (${within(intervals.fmr!)}). ${intervalMethod}`,
  );
}

/** How many pairs a threshold decides wrongly. */
export function wrongPairs({ sorted }: NotebookScores, threshold: number) {
  return {
    refused: sorted.genuine.length - countBelow(sorted.genuine, threshold),
    taken: countBelow(sorted.impostor, threshold),
  };
}

function describe(scores: NotebookScores, threshold: number): string {
  const { refused, taken } = wrongPairs(scores, threshold);
  const { genuine, impostor } = scores.sorted;
  return `threshold ${
    threshold.toFixed(2)
  }: ${refused} of ${genuine.length} pairs of one person refused, ${taken} of ${impostor.length} pairs of two taken for one.`;
}

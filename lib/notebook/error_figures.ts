import { errorCurve } from "../evaluate/curve.ts";
import { percent } from "../evaluate/figure_frame.ts";
import { histogramSvg, rocSvg } from "../evaluate/figures.ts";
import {
  countBelow,
  type SortedScores,
  sortScores,
} from "../evaluate/pair_scores.ts";
import { euclideanDistance } from "../match/distance.ts";
import type { OwnedVector } from "./distance_matrix_figure.ts";
import { Figure, marginPx, type Markdown, titlePx } from "./figure.ts";
import { ink, svgElement } from "./svg.ts";
import { table } from "./table.ts";

/** Distances of all pairs of different photos, ascending: of one user, and of two. */
export function scorePairsOf(items: readonly OwnedVector[]): SortedScores {
  const genuine: number[] = [];
  const impostor: number[] = [];
  items.forEach((a, i) =>
    items.slice(i + 1).forEach((b) =>
      (a.user === b.user ? genuine : impostor)
        .push(euclideanDistance(a.vector, b.vector))
    )
  );
  return sortScores(genuine, impostor);
}

/** How far apart pairs of one user (blue) and of two users (orange) lie. */
export function histogramFigure(
  title: string,
  scores: SortedScores,
  threshold: number,
): Figure {
  return plotFigure(
    title,
    `Distances of ${scores.genuine.length} pairs of one user and ${scores.impostor.length} ` +
      `pairs of two users; ${describe(scores, threshold)}.`,
    histogramSvg(scores, [{ value: threshold }]),
  );
}

/** What share of genuine pairs is accepted at each false match rate; the dot is the threshold. */
export function rocFigure(
  title: string,
  scores: SortedScores,
  threshold: number,
): Figure {
  return plotFigure(
    title,
    `ROC curve; ${describe(scores, threshold)}.`,
    rocSvg(errorCurve(scores), scores.impostor.length, [{ value: threshold }]),
  );
}

/** What each threshold costs: pairs decided wrongly, and the rates. */
export function thresholdTable(
  scores: SortedScores,
  thresholds: readonly number[],
): Markdown {
  const { genuine, impostor } = scores;
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

function wrongPairs({ genuine, impostor }: SortedScores, threshold: number) {
  return {
    refused: genuine.length - countBelow(genuine, threshold),
    taken: countBelow(impostor, threshold),
  };
}

function describe(scores: SortedScores, threshold: number): string {
  const { refused, taken } = wrongPairs(scores, threshold);
  return `at the threshold ${
    threshold.toFixed(2)
  } ${refused} pairs of one user are refused ` +
    `and ${taken} pairs of two users accepted`;
}

/** Sets a plot on a figure's card: its marks, in the card's ink whatever the page's colours are. */
function plotFigure(title: string, description: string, plot: string): Figure {
  const [, width, height] = /viewBox="0 0 (\d+) (\d+)"/.exec(plot)!;
  const marks = plot.replace(/^<svg[^>]*>/, "").replace(/<\/svg>$/, "");
  return new Figure(
    Number(width) + 2 * marginPx,
    Number(height) + titlePx + marginPx,
    title,
    description,
    [
      svgElement("g", {
        transform: `translate(${marginPx} ${titlePx})`,
        color: ink.text,
        fill: "currentColor",
        "font-size": 12,
        "text-anchor": "middle",
      }, marks),
    ],
  );
}

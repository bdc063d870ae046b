import { errorCurve } from "../evaluate/curve.ts";
import { percent } from "../evaluate/figure_frame.ts";
import { histogramPlot, rocPlot } from "../evaluate/figures.ts";
import {
  countBelow,
  type SortedScores,
  sortScores,
} from "../evaluate/pair_scores.ts";
import { euclideanDistance } from "../match/distance.ts";
import type { OwnedVector } from "./distance_matrix_figure.ts";
import { type Figure, plotFigure } from "./figure.ts";
import { type Markdown, table } from "./markdown.ts";

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
    histogramPlot(scores, [{ value: threshold }]).options,
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
    rocPlot(errorCurve(scores), scores.impostor.length, [{ value: threshold }])
      .options,
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

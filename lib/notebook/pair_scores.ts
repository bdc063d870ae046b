import { percent } from "../evaluate/figure_frame.ts";
import { intervalMethod } from "../evaluate/intervals.ts";
import { intervalText } from "../evaluate/measures.ts";
import { verificationMetrics } from "../evaluate/metrics.ts";
import {
  countBelow,
  type ScoreSet,
  type SortedScores,
  sortScores,
} from "../evaluate/pair_scores.ts";
import { scoreAll } from "../evaluate/score_pairs.ts";
import type { OwnedVector } from "./found_face.ts";

/** Distances of all pairs of different photos, of one person (genuine) and of two (impostor), ascending. */
export interface NotebookScores extends SortedScores {
  /** The same with whose they are. */
  readonly set: ScoreSet;
}

/** What a figure of pairs shows where there are none. */
export const noPairs =
  "These photos make no pair of one person, or none of two: add photos, and people.";

/** Compares each two photos once. */
export function scorePairs(items: readonly OwnedVector[]): NotebookScores {
  const people = [...new Set(items.map(({ user }) => user))];
  const photos = items.map(({ user }) => ({ person: people.indexOf(user) }));
  const vectors = items.map(({ vector }) => vector);
  const { set } = scoreAll({ photos, people }, vectors);
  return { set, ...sortScores(set.genuine.distance, set.impostor.distance) };
}

/** Whether there is nothing to draw: no pair of one person, or none of two. */
export function isEmpty({ genuine, impostor }: SortedScores): boolean {
  return genuine.length === 0 || impostor.length === 0;
}

/** How many pairs a threshold decides wrongly: of one person refused, of two people taken for one. */
export function wrongPairs(
  { genuine, impostor }: SortedScores,
  threshold: number,
) {
  const refused = genuine.length - countBelow(genuine, threshold);
  const taken = countBelow(impostor, threshold);
  return { refused, taken, wrong: refused + taken };
}

/** A threshold and what it costs, in one sentence. */
export function pairsText(scores: SortedScores, threshold: number): string {
  const { refused, taken } = wrongPairs(scores, threshold);
  return `Threshold ${
    threshold.toFixed(2)
  }: ${refused} of ${scores.genuine.length} pairs of one person refused, ${taken} of ${scores.impostor.length} pairs of two taken for one.`;
}

/** What each threshold costs: pairs decided wrongly, and the rates. */
export function thresholdRows(
  scores: SortedScores,
  thresholds: readonly number[],
): string[][] {
  const { genuine, impostor } = scores;
  return thresholds.map((threshold) => {
    const { refused, taken } = wrongPairs(scores, threshold);
    return [
      threshold.toFixed(2),
      `${refused} of ${genuine.length}`,
      percent(refused / genuine.length),
      `${taken} of ${impostor.length}`,
      percent(taken / impostor.length),
    ];
  });
}

/** The rates at a threshold with what so few people can show of them. */
export function ratesText(scores: NotebookScores, threshold: number): string {
  if (isEmpty(scores)) return noPairs;
  const { people, atThreshold, intervals } = verificationMetrics(
    scores.set,
    threshold,
  );
  return `At ${
    threshold.toFixed(2)
  } these **${people} people** show an FNMR of **${
    percent(atThreshold.fnmr)
  }** (${intervalText(intervals.fnmr)}) and an FMR of **${
    percent(atThreshold.fmr)
  }** (${intervalText(intervals.fmr)}). ${intervalMethod}`;
}

import { type ErrorRates, errorRates } from "./error_rates.ts";
import type { SortedScores } from "./pair_scores.ts";

/** Most thresholds of one curve; more than a screen has pixels. */
const MOST = 1200;

/**
 * Error rates over thresholds, ascending, from where nothing matches to where everything does. A
 * small set has a point for each distance; a large one has points spread evenly over the
 * distances and, on a logarithmic scale, over both tails, where the ROC and DET curves look.
 */
export function errorCurve(scores: SortedScores): ErrorRates[] {
  return thresholds(scores).map((threshold) => errorRates(scores, threshold));
}

function thresholds(scores: SortedScores): number[] {
  const { genuine, impostor } = scores;
  const all = genuine.length + impostor.length <= MOST
    ? [...genuine, ...impostor]
    : [
      ...even(genuine),
      ...even(impostor),
      ...tail(impostor, false),
      ...tail(genuine, true),
    ];
  const ascending = [...new Set(all)].sort((a, b) => a - b);
  const last = ascending.at(-1);
  // A distance equal to the threshold does not match, so one more point lies behind the last.
  if (last !== undefined) ascending.push(last * (1 + 1e-6) + 1e-6);
  return ascending;
}

function even(values: Float32Array): number[] {
  if (values.length === 0) return [];
  const low = values[0]!;
  const step = (values.at(-1)! - low) / (MOST / 4);
  return Array.from({ length: MOST / 4 + 1 }, (_, i) => low + i * step);
}

function tail(values: Float32Array, fromEnd: boolean): number[] {
  const found: number[] = [];
  for (let i = 0; i < MOST / 4; i++) {
    const rank = Math.round(values.length ** (i / (MOST / 4 - 1))) - 1;
    const value = values[fromEnd ? values.length - 1 - rank : rank];
    if (value !== undefined) found.push(value);
  }
  return found;
}

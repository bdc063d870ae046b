import {
  bootstrapRates,
  type Interval,
  percentileInterval,
} from "./bootstrap.ts";
import { binnedRates, binScores, weighPairs } from "./binned_rates.ts";
import type { ScoreSet } from "./pair_scores.ts";

/** One number under two ways of working, on the same pairs. */
export interface PairedDifference {
  readonly metric: "EER" | "d'" | "AUC" | "FMR" | "FNMR" | "FNMR at FMR 1 %";
  readonly here: number;
  readonly there: number;
  /** here - there */
  readonly difference: number;
  /** 95 %, people resampled alike for both; absent where nothing could be resampled. */
  readonly interval: Interval | undefined;
}

/**
 * Compares two score sets of the same pairs. Both are weighed alike in each replicate, so that
 * what makes a person easy or hard cancels out.
 */
export function pairedDifferences(
  here: ScoreSet,
  there: ScoreSet,
  threshold: number,
): PairedDifference[] {
  const targets = [1e-2];
  const replicates = bootstrapRates([here, there], {
    threshold,
    targetFmrs: targets,
  });
  const ones = new Uint16Array(here.people).fill(1);
  const exact = [here, there].map((set) =>
    binnedRates(weighPairs(binScores(set, threshold), ones), targets)
  );
  const [one, other] = exact;
  if (one === undefined || other === undefined) return [];
  const metrics = [
    ["EER", (r: typeof one) => r.eer],
    ["FNMR at FMR 1 %", (r: typeof one) => r.fnmrAtFmr[0]!],
    ["FMR", (r: typeof one) => r.fmr],
    ["FNMR", (r: typeof one) => r.fnmr],
    ["d'", (r: typeof one) => r.dPrime],
    ["AUC", (r: typeof one) => r.auc],
  ] as const;
  return metrics.map(([metric, of]) => ({
    metric,
    here: of(one),
    there: of(other),
    difference: of(one) - of(other),
    interval: percentileInterval(
      replicates.map(([a, b]) => of(a!) - of(b!)),
    ),
  }));
}

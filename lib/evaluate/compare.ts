import { type Interval, studentChance, studentInterval } from "./intervals.ts";
import { type BinnedRates, leaveOneOut } from "./leave_one_out.ts";
import { verificationMetrics } from "./metrics.ts";
import type { ScoreSet } from "./pair_scores.ts";

/** One number under two ways of working, on the same pairs. */
interface PairedDifference {
  readonly metric: "EER" | "d'" | "AUC" | "FMR" | "FNMR" | "FNMR at FMR 1 %";
  readonly here: number;
  readonly there: number;
  /** here - there */
  readonly difference: number;
  /** 95 %, the same people left out of both; absent where there were too few. */
  readonly interval: Interval | undefined;
  /**
   * Chance of so large a difference where there is none, corrected for six measures being tried
   * (Holm, Scandinavian Journal of Statistics 6(2), 1979).
   */
  readonly p: number;
  /** Which way has fewer errors; "neither" unless p is under 5 %. */
  readonly better: "here" | "there" | "neither";
}

/** A measure, exactly and as counted in bins, and whether more of it is better. */
type Measure = readonly [
  metric: PairedDifference["metric"],
  exact: (metrics: ReturnType<typeof verificationMetrics>) => number,
  binned: (rates: BinnedRates) => number,
  good: 1 | -1,
];

const target = 0.01;
const measures: readonly Measure[] = [
  ["EER", (m) => m.eer.rate, (r) => r.eer, -1],
  [
    "FNMR at FMR 1 %",
    (m) => m.fnmrAtFmr[0]?.fnmr ?? NaN,
    (r) => r.fnmrAtFmr[0]!,
    -1,
  ],
  ["FMR", (m) => m.atThreshold.fmr, (r) => r.fmr, -1],
  ["FNMR", (m) => m.atThreshold.fnmr, (r) => r.fnmr, -1],
  ["d'", (m) => m.dPrime, (r) => r.dPrime, 1],
  ["AUC", (m) => m.auc, (r) => r.auc, 1],
];

/**
 * Compares two score sets of the same pairs. Each person is left out of both, so that what makes a
 * person easy or hard cancels out. Measures that one of the two cannot state are omitted.
 */
export function pairedDifferences(
  here: ScoreSet,
  there: ScoreSet,
  threshold: number,
): PairedDifference[] {
  const sets = [here, there] as const;
  const [one, other] = sets.map((set) => verificationMetrics(set, threshold));
  const [some, others] = sets.map((set) =>
    leaveOneOut(set, threshold, [target])
  );
  const found = measures.map(([metric, exact, binned, good]) => {
    const difference = exact(one!) - exact(other!);
    const without = some!.map((rates, i) =>
      binned(rates) - binned(others![i]!)
    );
    return {
      metric,
      here: exact(one!),
      there: exact(other!),
      difference,
      interval: studentInterval(difference, without),
      p: studentChance(difference, without),
      sign: Math.sign(difference) * good,
    };
  }).filter(({ difference }) => Number.isFinite(difference));
  const corrected = holm(found.map(({ p }) => p));
  return found.map(({ sign, ...each }, i) => ({
    ...each,
    p: corrected[i]!,
    better: corrected[i]! >= 0.05 ? "neither" : sign > 0 ? "here" : "there",
  }));
}

/** Chances corrected for their number: the smallest times n, the next times n - 1, never falling. */
function holm(chances: readonly number[]): number[] {
  const order = [...chances.keys()].sort((i, j) => chances[i]! - chances[j]!);
  const corrected = new Array<number>(chances.length);
  let least = 0;
  order.forEach((i, rank) => {
    least = Math.max(least, Math.min(1, chances[i]! * (order.length - rank)));
    corrected[i] = least;
  });
  return corrected;
}

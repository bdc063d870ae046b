import {
  type BinnedRates,
  binnedRates,
  binScores,
  weighPairs,
} from "./binned_rates.ts";
import type { ScoreSet } from "./pair_scores.ts";
import { randomLcg } from "d3-random";

/** A 95 % confidence interval. */
export interface Interval {
  readonly low: number;
  readonly high: number;
}

/** Replicates for sets of ordinary size; percentiles of 2.5 and 97.5 rest on 25 of them each. */
const MOST_REPLICATES = 1000;
/** Pairs to be weighed in all replicates together: about two seconds' work. */
const PAIR_BUDGET = 400e6;

/**
 * How many replicates a set of this many pairs gets: 1000 up to 400,000 pairs, fewer for more, and
 * never under 40, with which the interval's ends are the extremes of the replicates.
 */
function replicatesFor(pairs: number): number {
  return Math.round(
    Math.min(MOST_REPLICATES, Math.max(40, PAIR_BUDGET / Math.max(1, pairs))),
  );
}

/**
 * Draws `people` persons with replacement and answers how often each was drawn. Pairs of one
 * person are not independent, so people and not pairs are resampled (Bolle, Ratha and Pankanti,
 * Error analysis of pattern recognition systems: the subsets bootstrap, CVIU 93(1), 2004).
 */
export function drawPeople(people: number, random: () => number): Uint16Array {
  const weight = new Uint16Array(people);
  for (let i = 0; i < people; i++) weight[Math.floor(random() * people)]!++;
  return weight;
}

/** Rates of one replicate in each of the variants that are compared. */
type Replicate = readonly BinnedRates[];

/** What a bootstrap resamples and computes. */
interface BootstrapPlan {
  readonly threshold: number;
  readonly targetFmrs: readonly number[];
  readonly replicates?: number;
  readonly seed?: number;
}

/**
 * Computes the rates of resampled people. Several score sets of the same people (variants) are
 * weighed alike in each replicate, so that their differences are paired.
 */
export function bootstrapRates(
  variants: readonly ScoreSet[],
  plan: BootstrapPlan,
): Replicate[] {
  const people = variants[0]?.people ?? 0;
  const binned = variants.map((set) => binScores(set, plan.threshold));
  const pairs = variants.reduce(
    (sum, { genuine, impostor }) =>
      sum + genuine.distance.length + impostor.distance.length,
    0,
  );
  const random = randomLcg(plan.seed ?? 1);
  const found: Replicate[] = [];
  const replicates = plan.replicates ?? replicatesFor(pairs);
  for (let i = 0; i < replicates; i++) {
    const weight = drawPeople(people, random);
    const rates = binned.map((variant) =>
      binnedRates(weighPairs(variant, weight), plan.targetFmrs)
    );
    // A replicate that drew one person throughout has no impostor pair to speak of.
    if (rates.every((each) => each !== undefined)) found.push(rates);
  }
  return found;
}

/** The middle 95 % of the replicates' values; undefined without any. */
export function percentileInterval(
  values: readonly number[],
): Interval | undefined {
  const ascending = Float64Array.from(values).sort();
  if (ascending.length === 0) return undefined;
  const at = (share: number) => {
    const place = share * (ascending.length - 1);
    const below = Math.floor(place);
    const next = ascending[Math.min(below + 1, ascending.length - 1)]!;
    return ascending[below]! + (place - below) * (next - ascending[below]!);
  };
  return { low: at(0.025), high: at(0.975) };
}

/** As `rateInterval`, for a rate of success: its complement is the rate of errors. */
export function successInterval(
  values: readonly number[],
  rate: number,
  trials: number,
): Interval | undefined {
  const errors = rateInterval(values.map((v) => 1 - v), 1 - rate, trials);
  return errors && { low: 1 - errors.high, high: 1 - errors.low };
}

/**
 * Resampling cannot show errors that were never seen, so a rate measured as 0 gets the rule of 3's
 * upper end, 3 over the number of pairs.
 */
export function rateInterval(
  values: readonly number[],
  rate: number,
  pairs: number,
): Interval | undefined {
  const interval = percentileInterval(values);
  if (interval === undefined || rate > 0) return interval;
  return { low: 0, high: Math.min(1, Math.max(interval.high, 3 / pairs)) };
}

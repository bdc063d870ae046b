import { mean, sum } from "d3-array";
import jstat from "jstat";

interface Continuous<Parameters extends readonly number[]> {
  cdf(x: number, ...parameters: Parameters): number;
  inv(share: number, ...parameters: Parameters): number;
}

const { beta, normal, studentt } = jstat as {
  beta: Continuous<[alpha: number, beta: number]>;
  normal: Continuous<[mean: number, deviation: number]>;
  studentt: Continuous<[degreesOfFreedom: number]>;
};

/**
 * The z under which a share p (0 to 1) of a standard normal lies. A DET
 * curve's axes are in this unit ("normal deviate").
 */
export function normalQuantile(p: number): number {
  return normal.inv(p, 0, 1);
}

/** A range that holds the true value with 95 % confidence. */
export interface Interval {
  readonly low: number;
  readonly high: number;
}

/** What a rate was measured on. */
interface Support {
  /** Pairs (or searches) compared: the rate's denominator. */
  readonly trials: number;
  /** What counts where there is no error: people for FNMR, pairs of people for FMR. */
  readonly units: number;
  /** Independent trials that the pairs are certainly worth: people for FNMR, half of them for FMR, where pairs share people. */
  readonly worth: number;
}

/** How intervals are made, in one sentence for whoever reads the numbers. */
export const intervalMethod =
  "95 % intervals by people: Clopper-Pearson on the effective number of pairs " +
  "(Korn and Graubard 1998), which follows from leaving out one person at a time " +
  "(jackknife; Efron and Stein 1981); without an error, each person or pair of people counts once.";

/**
 * 95 % interval of an error rate whose pairs share people. Pairs of one person err together, so
 * that what counts is the effective number of pairs, rate (1 - rate) / variance, with the variance
 * of a jackknife over people; it is reduced by (z / t)^2 since that variance is itself estimated
 * (Korn and Graubard, Survey Methodology 24(2), 1998). t has as many degrees of freedom as people
 * carry the variance (the participation ratio of their deviations), about a third of all where
 * errors are common and 1 where one person makes them all. Without any error the upper end is
 * `withoutErrors(units)`; a rate of 1 mirrors that.
 *
 * @param rate 0 to 1
 * @param leftOut the rate without each person (or group of people) in turn
 * @param least what the upper end is never below: 0 unless an error must not narrow the interval
 * @returns undefined without a rate
 */
export function rateInterval(
  rate: number,
  leftOut: readonly number[],
  support: Support,
  least = 0,
): Interval | undefined {
  if (!Number.isFinite(rate) || support.trials === 0) return undefined;
  const high = upperBound(rate, leftOut, support, 0.975);
  return {
    low: 1 - upperBound(1 - rate, leftOut.map((r) => 1 - r), support, 0.975),
    high: Math.max(least, high),
  };
}

/** The end that a rate stays under with a confidence, by the rule of `rateInterval`. */
export function upperBound(
  rate: number,
  leftOut: readonly number[],
  support: Support,
  confidence: number,
): number {
  if (rate <= 0) return withoutErrors(support.units);
  if (rate >= 1) return 1;
  const number = effectiveNumber(rate, leftOut, support);
  const errors = rate * number;
  return beta.inv(confidence, errors + 1, number - errors);
}

/** The highest rate that leaves so many independent trials without an error in 5 of 100 cases: 0.39 for 6, about 3 / n. */
export function withoutErrors(units: number): number {
  return 1 - 0.05 ** (1 / Math.max(1, units));
}

/** How many independent trials a rate is worth, the uncertainty of that number included. */
function effectiveNumber(
  rate: number,
  leftOut: readonly number[],
  { trials, worth }: Support,
): number {
  const jackknife = jackknifeOf(leftOut);
  if (jackknife === undefined) return Math.min(trials, worth);
  const { variance, degreesOfFreedom } = jackknife;
  const z = normalQuantile(0.975);
  const t = studentt.inv(0.975, degreesOfFreedom);
  const number = variance === 0
    ? trials
    : Math.min(trials, rate * (1 - rate) / variance);
  return Math.max(Math.min(number, worth), number * (z / t) ** 2);
}

/** 95 % interval of a number that is no rate, such as d' or a difference, from the same jackknife; none where nobody changes it. */
export function studentInterval(
  value: number,
  leftOut: readonly number[],
): Interval | undefined {
  const jackknife = jackknifeOf(leftOut);
  if (jackknife === undefined || !Number.isFinite(value)) return undefined;
  const { variance, degreesOfFreedom } = jackknife;
  if (variance === 0) return undefined;
  const half = studentt.inv(0.975, degreesOfFreedom) * Math.sqrt(variance);
  return { low: value - half, high: value + half };
}

/** Chance of a difference at least as far from 0 where there is none: Student's t on the same jackknife; 1 where nobody changes it. */
export function studentChance(
  difference: number,
  leftOut: readonly number[],
): number {
  const jackknife = jackknifeOf(leftOut);
  if (jackknife === undefined || jackknife.variance === 0) return 1;
  const { variance, degreesOfFreedom } = jackknife;
  const t = Math.abs(difference) / Math.sqrt(variance);
  return 2 * studentt.cdf(-t, degreesOfFreedom);
}

/**
 * Variance of a statistic from its values without each person in turn, (n - 1) / n times their sum
 * of squares; for pairs that share people it errs towards too much, never too little (Efron and
 * Stein, The jackknife estimate of variance, Annals of Statistics 9(3), 1981).
 *
 * @returns undefined where fewer than two could be left out
 */
function jackknifeOf(leftOut: readonly number[]) {
  const values = leftOut.filter((value) => Number.isFinite(value));
  const count = values.length;
  if (count < 2) return undefined;
  const centre = mean(values)!;
  const squares = values.map((value) => (value - centre) ** 2);
  const total = sum(squares);
  const fourth = sum(squares, (square) => square ** 2);
  return {
    variance: (count - 1) / count * total,
    degreesOfFreedom: fourth === 0
      ? count - 1
      : Math.min(count - 1, total ** 2 / fourth),
  };
}

import {
  bootstrapRates,
  type Interval,
  percentileInterval,
  rateInterval,
} from "./bootstrap.ts";
import {
  areaUnderRoc,
  dPrime,
  type EqualErrorRate,
  equalErrorRate,
  type ErrorRates,
  errorRates,
  type FnmrAtFmr,
  fnmrAtFmr,
  type Moments,
  moments,
} from "./error_rates.ts";
import {
  countBelow,
  type ScoreSet,
  type SortedScores,
  sortScores,
} from "./pair_scores.ts";

/** FMRs at which FNMR is stated, where there are pairs enough. */
export const targetFmrs = [1e-2, 1e-3, 1e-4] as const;

/** 95 % intervals, clustered by person; absent where nothing could be resampled. */
interface MetricIntervals {
  readonly fmr?: Interval | undefined;
  readonly fnmr?: Interval | undefined;
  readonly eer?: Interval | undefined;
  readonly auc?: Interval | undefined;
  readonly dPrime?: Interval | undefined;
  /** One for each of `targetFmrs`. */
  readonly fnmrAtFmr: readonly (Interval | undefined)[];
}

/** Verification in numbers, in the terms of ISO/IEC 19795-1. */
export interface VerificationMetrics {
  readonly genuinePairs: number;
  readonly impostorPairs: number;
  readonly people: number;
  readonly genuine: Moments;
  readonly impostor: Moments;
  readonly atThreshold: ErrorRates;
  /** Impostor pairs below the threshold. */
  readonly falseMatches: number;
  /** Genuine pairs at or above the threshold. */
  readonly falseNonMatches: number;
  readonly eer: EqualErrorRate;
  readonly auc: number;
  readonly dPrime: number;
  /** One for each of `targetFmrs`; undefined where the rule of 3 is not met. */
  readonly fnmrAtFmr: readonly (FnmrAtFmr | undefined)[];
  readonly intervals: MetricIntervals;
  /** How many times people were resampled. */
  readonly replicates: number;
}

/** All of a score set's verification numbers at a threshold, with intervals. */
export function verificationMetrics(
  set: ScoreSet,
  threshold: number,
  options: { sorted?: SortedScores; replicates?: number } = {},
): VerificationMetrics {
  const sorted = options.sorted ??
    sortScores(set.genuine.distance, set.impostor.distance);
  const atThreshold = errorRates(sorted, threshold);
  const genuine = moments(sorted.genuine);
  const impostor = moments(sorted.impostor);
  const replicates = bootstrapRates([set], {
    threshold,
    targetFmrs,
    ...(options.replicates === undefined
      ? {}
      : { replicates: options.replicates }),
  }).map(([rates]) => rates!);
  const costs = targetFmrs.map((target) => fnmrAtFmr(sorted, target));
  const eer = equalErrorRate(sorted);
  const { fmr, fnmr } = atThreshold;
  return {
    genuinePairs: sorted.genuine.length,
    impostorPairs: sorted.impostor.length,
    people: set.people,
    genuine,
    impostor,
    atThreshold,
    falseMatches: countBelow(sorted.impostor, threshold),
    falseNonMatches: sorted.genuine.length -
      countBelow(sorted.genuine, threshold),
    eer,
    auc: areaUnderRoc(sorted),
    dPrime: dPrime(genuine, impostor),
    fnmrAtFmr: costs,
    intervals: {
      fmr: rateInterval(
        replicates.map((r) => r.fmr),
        fmr,
        sorted.impostor.length,
      ),
      fnmr: rateInterval(
        replicates.map((r) => r.fnmr),
        fnmr,
        sorted.genuine.length,
      ),
      eer: rateInterval(
        replicates.map((r) => r.eer),
        eer.rate,
        Math.min(sorted.genuine.length, sorted.impostor.length),
      ),
      auc: percentileInterval(replicates.map((r) => r.auc)),
      dPrime: percentileInterval(replicates.map((r) => r.dPrime)),
      fnmrAtFmr: costs.map((cost, i) =>
        cost && rateInterval(
          replicates.map((r) => r.fnmrAtFmr[i]!),
          cost.fnmr,
          sorted.genuine.length,
        )
      ),
    },
    replicates: replicates.length,
  };
}

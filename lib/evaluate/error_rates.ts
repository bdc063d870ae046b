import { deviation, least, mean } from "d3-array";
import { countBelow, type SortedScores, sortScores } from "./pair_scores.ts";

/** What a threshold costs, in the terms of ISO/IEC 19795-1. */
export interface ErrorRates {
  readonly threshold: number;
  /** False match rate: share of impostor pairs whose distance is under the threshold. */
  readonly fmr: number;
  /** False non-match rate: share of genuine pairs whose distance is not. */
  readonly fnmr: number;
}

/** Error rates at one threshold; NaN where there are no pairs of a kind. */
export function errorRates(
  scores: SortedScores,
  threshold: number,
): ErrorRates {
  return {
    threshold,
    fmr: countBelow(scores.impostor, threshold) / scores.impostor.length,
    fnmr: 1 - countBelow(scores.genuine, threshold) / scores.genuine.length,
  };
}

/** Thresholds between two distances, over which no decision changes. */
interface Stretch {
  /** In its middle; behind the largest distance a little further. */
  readonly threshold: number;
  /** Genuine pairs below it. */
  readonly matched: number;
  /** Impostor pairs below it. */
  readonly falseMatches: number;
  /** FMR + FNMR */
  readonly sum: number;
}

/** All stretches in order, from where nothing matches to where everything does. */
function* stretches(
  { genuine, impostor }: SortedScores,
): Generator<Stretch> {
  let [matched, falseMatches, from] = [0, 0, 0];
  for (;;) {
    const to = Math.min(
      genuine[matched] ?? Infinity,
      impostor[falseMatches] ?? Infinity,
    );
    const isLast = to === Infinity;
    yield {
      threshold: isLast ? from + 5e-4 : (from + to) / 2,
      matched,
      falseMatches,
      sum: falseMatches / impostor.length + 1 - matched / genuine.length,
    };
    if (isLast) return;
    while (genuine[matched] === to) matched++;
    while (impostor[falseMatches] === to) falseMatches++;
    from = to;
  }
}

/**
 * Equal error rate of two step functions, and a threshold in the middle of the interval that serves. Where they meet exactly, that rate; else they jump past
 * each other: of the last threshold with FMR < FNMR and the first with FMR > FNMR the one with the
 * smaller sum, and there the mean of both rates (Maio et al., FVC2000: Fingerprint Verification
 * Competition, IEEE PAMI 24(3), 2002).
 */
export function equalErrorRate(scores: SortedScores) {
  const { genuine, impostor } = scores;
  let previous = { sum: Infinity, threshold: NaN };
  for (const now of stretches(scores)) {
    // FMR - FNMR in units of one pair of pairs: whole numbers, so that equal is equal.
    const gap = now.falseMatches * genuine.length -
      (genuine.length - now.matched) * impostor.length;
    if (gap >= 0) {
      const { sum, threshold } = gap > 0 && previous.sum <= now.sum
        ? previous
        : now;
      return { rate: sum / 2, threshold };
    }
    previous = now;
  }
  return { rate: NaN, threshold: NaN };
}

/**
 * Pairs of people needed to speak about an FMR at all: with none of 3 / FMR matching, the FMR is
 * below the target with 95 % confidence (rule of 3: ISO/IEC 19795-1 annex B).
 */
export function pairsNeeded(fmr: number): number {
  return Math.ceil(3 / fmr - 1e-9);
}

/** The largest threshold whose FMR does not exceed the target; infinite where every one serves. */
export function thresholdAtFmr(
  scores: SortedScores,
  targetFmr: number,
): number {
  const allowed = Math.floor(targetFmr * scores.impostor.length + 1e-9);
  return scores.impostor[allowed] ?? Infinity;
}

/**
 * FNMR at the largest threshold that keeps FMR at or under the target; undefined when there are
 * too few pairs of people for the rule of 3.
 */
export function fnmrAtFmr(
  scores: SortedScores,
  targetFmr: number,
  peoplePairs: number,
) {
  if (peoplePairs < pairsNeeded(targetFmr) || scores.genuine.length === 0) {
    return undefined;
  }
  const rates = errorRates(scores, thresholdAtFmr(scores, targetFmr));
  return {
    ...rates,
    targetFmr,
    /**
     * Whether at least 30 pairs of people would be expected to match falsely: only then is the
     * measured FMR within 30 % of the true one with 90 % confidence (rule of 30: Doddington et al.,
     * Speech Communication 31, 2000; ISO/IEC 19795-1 annex B).
     */
    ruleOf30: peoplePairs * targetFmr >= 30 - 1e-9,
  };
}

/**
 * Area under the ROC curve: the chance that a genuine pair lies nearer than an impostor pair, ties
 * counted half (Mann and Whitney's U over the number of pairs of pairs). 0.5 is guessing, 1 is
 * perfect.
 */
export function areaUnderRoc(scores: SortedScores): number {
  const { genuine, impostor } = scores;
  let below = 0;
  let upTo = 0;
  let wins = 0;
  for (let i = 0; i < impostor.length; i++) {
    const distance = impostor[i]!;
    while (below < genuine.length && genuine[below]! < distance) below++;
    if (upTo < below) upTo = below;
    while (upTo < genuine.length && genuine[upTo]! <= distance) upTo++;
    wins += (below + upTo) / 2;
  }
  return wins / (genuine.length * impostor.length);
}

/** Mean and standard deviation (of the population) of some distances. */
interface Moments {
  readonly mean: number;
  readonly deviation: number;
}

/** Two passes, since one pass loses digits where the mean is far larger than the spread. */
export function moments(values: Float32Array): Moments {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i]!;
  const mean = sum / values.length;
  let squares = 0;
  for (let i = 0; i < values.length; i++) squares += (values[i]! - mean) ** 2;
  return { mean, deviation: Math.sqrt(squares / values.length) };
}

/**
 * Distance between the means of both kinds of pair in units of their pooled standard deviation,
 * |mi - mg| / sqrt((sg^2 + si^2) / 2) (Daugman, IEEE Trans. Circuits and Systems for Video
 * Technology 14(1), 2004). Two Gaussians of equal spread have an EER of Phi(-d'/2).
 */
export function dPrime(genuine: Moments, impostor: Moments): number {
  const pooled = Math.sqrt(
    (genuine.deviation ** 2 + impostor.deviation ** 2) / 2,
  );
  return Math.abs(impostor.mean - genuine.mean) / pooled;
}

/** A pair of a list that deals its pairs to folds. */
interface FoldedPair {
  readonly distance: number;
  /** Whether it shows one person. */
  readonly same: boolean;
  readonly fold: number;
}

/**
 * Accuracy as Labeled Faces in the Wild reports it, 0 to 1: for each fold, the threshold that is best on the others is applied to it (Huang et al., Labeled
 * Faces in the Wild, UMass Amherst 07-49, 2007). LFW's folds hold as many genuine as impostor
 * pairs; where others do not, accuracy is 1 - (FMR + FNMR) / 2, which is the same on LFW.
 */
export function lfwAccuracy(pairs: readonly FoldedPair[]) {
  const scoresOf = (wanted: (fold: number) => boolean) => {
    const distances = (kind: boolean) =>
      pairs.filter(({ same, fold }) => same === kind && wanted(fold))
        .map(({ distance }) => distance);
    return sortScores(distances(true), distances(false));
  };
  const folds = [...new Set(pairs.map(({ fold }) => fold))].map((held) => {
    const others = stretches(scoresOf((fold) => fold !== held));
    const { threshold } = least(others, ({ sum }) => sum)!;
    const { fmr, fnmr } = errorRates(
      scoresOf((fold) => fold === held),
      threshold,
    );
    return { threshold, accuracy: 1 - (fmr + fnmr) / 2 };
  }).filter(({ accuracy }) => !Number.isNaN(accuracy));
  const accuracies = folds.map(({ accuracy }) => accuracy);
  return {
    /** Over folds. */
    mean: mean(accuracies) ?? NaN,
    /** Of that mean: the folds' sample deviation over sqrt(folds). */
    standardError: (deviation(accuracies) ?? NaN) / Math.sqrt(folds.length),
    folds,
  };
}

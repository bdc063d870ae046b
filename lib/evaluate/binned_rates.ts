import type { PairScores, ScoreSet } from "./pair_scores.ts";

/**
 * Bins that distances are sorted into once, so that a bootstrap only has to add weights up. The
 * threshold of interest is an edge, so that rates at it are exact.
 */
interface Binning {
  /** Distance at the lower edge of bin 0. */
  readonly low: number;
  /** Width of a bin. */
  readonly width: number;
  readonly bins: number;
  /** Bin whose lower edge is the threshold. */
  readonly thresholdBin: number;
}

/** Weight of genuine and impostor pairs in each bin. */
export interface Histogram {
  readonly binning: Binning;
  readonly genuine: Float64Array;
  readonly impostor: Float64Array;
}

/** A score set whose pairs know their bins. */
interface BinnedScores {
  readonly set: ScoreSet;
  readonly binning: Binning;
  readonly genuineBin: Uint16Array;
  readonly impostorBin: Uint16Array;
}

/** Sorts a score set's pairs into bins that cover all distances and have an edge at the threshold. */
export function binScores(
  set: ScoreSet,
  threshold: number,
  bins = 2048,
): BinnedScores {
  let low = threshold;
  let high = threshold;
  for (const { distance } of [set.genuine, set.impostor]) {
    for (let i = 0; i < distance.length; i++) {
      const d = distance[i]!;
      if (d < low) low = d;
      else if (d > high) high = d;
    }
  }
  const width = (high - low || 1) / (bins - 2);
  const thresholdBin = Math.ceil((threshold - low) / width);
  const binning = {
    low: threshold - thresholdBin * width,
    width,
    bins,
    thresholdBin,
  };
  return {
    set,
    binning,
    genuineBin: binOf(set.genuine, binning, threshold),
    impostorBin: binOf(set.impostor, binning, threshold),
  };
}

function binOf(
  { distance }: PairScores,
  { width, bins, thresholdBin }: Binning,
  threshold: number,
): Uint16Array {
  const found = new Uint16Array(distance.length);
  for (let i = 0; i < distance.length; i++) {
    // Counted from the threshold, so that rounding never moves a pair across it.
    const bin = thresholdBin + Math.floor((distance[i]! - threshold) / width);
    found[i] = Math.min(bins - 1, Math.max(0, bin));
  }
  return found;
}

/**
 * Adds up pairs with each person's weight: a genuine pair counts its person's weight, an impostor
 * pair the product of both persons'.
 */
export function weighPairs(
  { set, binning, genuineBin, impostorBin }: BinnedScores,
  weight: ArrayLike<number>,
): Histogram {
  const perPhoto = Float32Array.from(set.person, (person) => weight[person]!);
  const genuine = new Float64Array(binning.bins);
  for (let i = 0; i < genuineBin.length; i++) {
    genuine[genuineBin[i]!]! += perPhoto[set.genuine.a[i]!]!;
  }
  const impostor = new Float64Array(binning.bins);
  const { a, b } = set.impostor;
  for (let i = 0; i < impostorBin.length; i++) {
    impostor[impostorBin[i]!]! += perPhoto[a[i]!]! * perPhoto[b[i]!]!;
  }
  return { binning, genuine, impostor };
}

/** Error rates at the threshold that the bins were laid around, EER and d', from weighted bins. */
export interface BinnedRates {
  readonly fmr: number;
  readonly fnmr: number;
  readonly eer: number;
  readonly auc: number;
  readonly dPrime: number;
  /** FNMR at each FMR that was asked for. */
  readonly fnmrAtFmr: readonly number[];
}

/** Computes rates of one bootstrap replicate; undefined when it holds no pair of one kind. */
export function binnedRates(
  histogram: Histogram,
  targetFmrs: readonly number[],
): BinnedRates | undefined {
  const { genuine, impostor, binning } = histogram;
  const genuineTotal = sum(genuine);
  const impostorTotal = sum(impostor);
  if (genuineTotal === 0 || impostorTotal === 0) return undefined;
  const fnmrAtFmr = targetFmrs.map(() => 1);
  let [fmr, fnmr, eer, auc] = [0, 0, NaN, 0];
  let [matched, falseMatches, gap] = [0, 0, -1];
  for (let bin = 0; bin <= binning.bins; bin++) {
    const nowFmr = falseMatches / impostorTotal;
    const nowFnmr = 1 - matched / genuineTotal;
    if (bin === binning.thresholdBin) [fmr, fnmr] = [nowFmr, nowFnmr];
    if (Number.isNaN(eer) && nowFmr >= nowFnmr) {
      // Between two edges both rates are taken as straight lines.
      const nowGap = nowFmr - nowFnmr;
      const share = gap === nowGap ? 0 : -gap / (nowGap - gap);
      const before = (impostor[bin - 1] ?? 0) / impostorTotal;
      eer = nowFmr - before * (1 - share);
    }
    gap = nowFmr - nowFnmr;
    targetFmrs.forEach((target, i) => {
      if (nowFmr <= target + 1e-12) fnmrAtFmr[i] = nowFnmr;
    });
    if (bin === binning.bins) break;
    auc += impostor[bin]! * (matched + genuine[bin]! / 2);
    matched += genuine[bin]!;
    falseMatches += impostor[bin]!;
  }
  auc /= genuineTotal * impostorTotal;
  const dPrime = binnedDPrime(histogram, genuineTotal, impostorTotal);
  return { fmr, fnmr, eer, auc, dPrime, fnmrAtFmr };
}

/** d' has no unit, so numbers of bins serve as well as distances. */
function binnedDPrime(
  { genuine, impostor }: Histogram,
  genuineTotal: number,
  impostorTotal: number,
): number {
  const [mg, vg] = binnedMoments(genuine, genuineTotal);
  const [mi, vi] = binnedMoments(impostor, impostorTotal);
  return Math.abs(mi - mg) / Math.sqrt((vg + vi) / 2);
}

function binnedMoments(weights: Float64Array, total: number): [number, number] {
  let mean = 0;
  for (let bin = 0; bin < weights.length; bin++) mean += bin * weights[bin]!;
  mean /= total;
  let variance = 0;
  for (let bin = 0; bin < weights.length; bin++) {
    variance += (bin - mean) ** 2 * weights[bin]!;
  }
  return [mean, variance / total];
}

function sum(values: Float64Array): number {
  let total = 0;
  for (let i = 0; i < values.length; i++) total += values[i]!;
  return total;
}

import type { PairScores, ScoreSet } from "./pair_scores.ts";

/**
 * Bins that distances are sorted into once, so that a bootstrap only has to add weights up. The
 * threshold of interest is an edge, so that rates at it are exact.
 */
export interface Binning {
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
export interface BinnedScores {
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

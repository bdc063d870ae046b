import type { Histogram } from "./histogram.ts";

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

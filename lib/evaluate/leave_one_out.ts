import { shuffler } from "d3-array";
import { randomLcg } from "d3-random";
import { type PairScores, peopleIn, type ScoreSet } from "./pair_scores.ts";

/** Most people that are left out one by one; more are left out in so many groups drawn at random. */
const mostGroups = 500;
/** Bins that distances are counted in: fine enough for rates, few enough to count anew for each person. */
const bins = 2048;

/** Error rates at a threshold and over all thresholds, from pairs counted in bins. */
export interface BinnedRates {
  readonly fmr: number;
  readonly fnmr: number;
  readonly eer: number;
  readonly auc: number;
  readonly dPrime: number;
  /** FNMR at each FMR that was asked for. */
  readonly fnmrAtFmr: readonly number[];
}

/**
 * The rates of a score set without each of its people in turn: what a jackknife over people needs.
 * Rates at the threshold are exact, the others those of 2048 bins. Whoever is in no pair is not
 * left out. Sets of the same people leave out the same ones in the same order, so that their
 * differences are paired.
 */
export function leaveOneOut(
  set: ScoreSet,
  threshold: number,
  targetFmrs: readonly number[],
): BinnedRates[] {
  const { groupOf, groups } = groupPeople(
    peopleIn(set, set.genuine, set.impostor),
  );
  const binning = layBins(set, threshold);
  const genuine = countPairs(set, set.genuine, binning, groupOf, groups);
  const impostor = countPairs(set, set.impostor, binning, groupOf, groups);
  const without = {
    genuine: new Float64Array(bins),
    impostor: new Float64Array(bins),
  };
  return Array.from({ length: groups }, (_, group) => {
    for (let bin = 0; bin < bins; bin++) {
      const at = group * bins + bin;
      without.genuine[bin] = genuine.all[bin]! - genuine.ofGroup[at]!;
      without.impostor[bin] = impostor.all[bin]! - impostor.ofGroup[at]!;
    }
    return binnedRates(without, binning.thresholdBin, targetFmrs);
  });
}

/** Which group each of those who are present (1, not 0) is left out with, a group of its own while there are few; -1 for the others. */
export function groupPeople(present: Uint8Array) {
  const groupOf = new Int32Array(present.length).fill(-1);
  const members = [...present.keys()].filter((one) => present[one] === 1);
  if (members.length > mostGroups) shuffler(randomLcg(1))(members);
  members.forEach((one, i) => groupOf[one] = i % mostGroups);
  return { groupOf, groups: Math.min(mostGroups, members.length) };
}

interface Binning {
  readonly threshold: number;
  readonly width: number;
  /** Bin whose lower edge is the threshold. */
  readonly thresholdBin: number;
}

/** Bins that cover all distances and have an edge at the threshold. */
function layBins(set: ScoreSet, threshold: number): Binning {
  let [low, high] = [threshold, threshold];
  for (const { distance } of [set.genuine, set.impostor]) {
    for (let i = 0; i < distance.length; i++) {
      const d = distance[i]!;
      if (d < low) low = d;
      else if (d > high) high = d;
    }
  }
  const width = (high - low || 1) / (bins - 2);
  return {
    threshold,
    width,
    thresholdBin: Math.ceil((threshold - low) / width),
  };
}

/** Counts pairs by bin, and by group and bin; a pair of two groups counts for each. */
function countPairs(
  { person }: ScoreSet,
  { distance, a, b }: PairScores,
  { threshold, width, thresholdBin }: Binning,
  groupOf: Int32Array,
  groups: number,
) {
  const all = new Float64Array(bins);
  const ofGroup = new Uint32Array(groups * bins);
  for (let i = 0; i < distance.length; i++) {
    // Counted from the threshold, so that rounding never moves a pair across it.
    const from = thresholdBin + Math.floor((distance[i]! - threshold) / width);
    const bin = Math.min(bins - 1, Math.max(0, from));
    const one = groupOf[person[a[i]!]!]!;
    const other = groupOf[person[b[i]!]!]!;
    all[bin]!++;
    ofGroup[one * bins + bin]!++;
    if (other !== one) ofGroup[other * bins + bin]!++;
  }
  return { all, ofGroup };
}

/** NaN throughout where there is no pair of one kind. */
function binnedRates(
  { genuine, impostor }: Record<"genuine" | "impostor", Float64Array>,
  thresholdBin: number,
  targetFmrs: readonly number[],
): BinnedRates {
  const genuineMoments = binnedMoments(genuine);
  const impostorMoments = binnedMoments(impostor);
  const fnmrAtFmr = targetFmrs.map(() => 1);
  let [fmr, fnmr, eer, auc] = [NaN, NaN, NaN, 0];
  let [matched, falseMatches, gap] = [0, 0, -1];
  for (let bin = 0; bin <= bins; bin++) {
    const nowFmr = falseMatches / impostorMoments.total;
    const nowFnmr = 1 - matched / genuineMoments.total;
    if (bin === thresholdBin) [fmr, fnmr] = [nowFmr, nowFnmr];
    if (Number.isNaN(eer) && nowFmr >= nowFnmr) {
      // Between two edges both rates are taken as straight lines.
      const nowGap = nowFmr - nowFnmr;
      const share = gap === nowGap ? 0 : -gap / (nowGap - gap);
      const before = (impostor[bin - 1] ?? 0) / impostorMoments.total;
      eer = nowFmr - before * (1 - share);
    }
    gap = nowFmr - nowFnmr;
    targetFmrs.forEach((target, i) => {
      if (nowFmr <= target + 1e-12) fnmrAtFmr[i] = nowFnmr;
    });
    if (bin === bins) break;
    auc += impostor[bin]! * (matched + genuine[bin]! / 2);
    matched += genuine[bin]!;
    falseMatches += impostor[bin]!;
  }
  auc /= genuineMoments.total * impostorMoments.total;
  // d' has no unit, so numbers of bins serve as well as distances.
  const pooled = (genuineMoments.variance + impostorMoments.variance) / 2;
  const dPrime = Math.abs(impostorMoments.mean - genuineMoments.mean) /
    Math.sqrt(pooled);
  return { fmr, fnmr, eer, auc, dPrime, fnmrAtFmr };
}

function binnedMoments(counts: Float64Array) {
  let [total, mean, variance] = [0, 0, 0];
  for (let bin = 0; bin < bins; bin++) {
    total += counts[bin]!;
    mean += bin * counts[bin]!;
  }
  mean /= total;
  for (let bin = 0; bin < bins; bin++) {
    variance += (bin - mean) ** 2 * counts[bin]!;
  }
  return { total, mean, variance: variance / total };
}

import { deviation, least, mean } from "d3-array";
import { errorRates, stretches } from "./error_rates.ts";
import { sortScores } from "./pair_scores.ts";

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

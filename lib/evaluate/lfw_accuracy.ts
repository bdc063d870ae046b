/** Pairs dealt to folds, in one order for all three arrays. */
export interface FoldedPairs {
  readonly distance: Float32Array;
  /** 1 for a genuine pair, 0 for an impostor pair. */
  readonly same: Uint8Array;
  /** Fold of each pair, 0 ... folds - 1. */
  readonly fold: Uint8Array;
  readonly folds: number;
}

/** Accuracy as Labeled Faces in the Wild reports it. */
export interface LfwAccuracy {
  /** Mean over folds, 0 to 1. */
  readonly mean: number;
  /** Standard error of that mean: the folds' sample deviation over sqrt(folds). */
  readonly standardError: number;
  /** Threshold and accuracy of each fold. */
  readonly folds: readonly {
    readonly threshold: number;
    readonly accuracy: number;
  }[];
}

/**
 * For each fold, the threshold that is best on the others is applied to it (Huang et al., Labeled
 * Faces in the Wild, UMass Amherst 07-49, 2007). LFW's folds hold as many genuine as impostor
 * pairs; where others do not, accuracy is 1 - (FMR + FNMR) / 2, which is the same on LFW.
 */
export function lfwAccuracy(pairs: FoldedPairs): LfwAccuracy {
  const order = Uint32Array.from({ length: pairs.distance.length }, (_, i) => i)
    .sort((i, j) => pairs.distance[i]! - pairs.distance[j]!);
  const folds = Array.from({ length: pairs.folds }, (_, held) => {
    const threshold = bestThreshold(pairs, order, held);
    return { threshold, accuracy: accuracyAt(pairs, held, threshold) };
  }).filter((fold) => !Number.isNaN(fold.accuracy));
  const count = folds.length;
  const mean = folds.reduce((sum, fold) => sum + fold.accuracy, 0) / count;
  const squares = folds.reduce(
    (sum, fold) => sum + (fold.accuracy - mean) ** 2,
    0,
  );
  return {
    mean,
    standardError: Math.sqrt(squares / (count - 1) / count),
    folds,
  };
}

/** The threshold with the fewest errors outside one fold, in the middle of the gap that serves. */
function bestThreshold(
  pairs: FoldedPairs,
  order: Uint32Array,
  held: number,
): number {
  const { distance, same, fold } = pairs;
  const total = [0, 0];
  for (let i = 0; i < fold.length; i++) {
    if (fold[i] !== held) total[same[i]!]!++;
  }
  let matched = 0;
  let falseMatches = 0;
  let best = { error: Infinity, threshold: NaN };
  let previous = 0;
  const consider = (from: number, to: number) => {
    const error = falseMatches / total[0]! + 1 - matched / total[1]!;
    if (error < best.error) best = { error, threshold: (from + to) / 2 };
  };
  for (const i of order) {
    if (fold[i] === held) continue;
    if (distance[i]! > previous) consider(previous, distance[i]!);
    if (same[i] === 1) matched++;
    else falseMatches++;
    previous = distance[i]!;
  }
  consider(previous, previous + 1e-3);
  return best.threshold;
}

function accuracyAt(
  pairs: FoldedPairs,
  held: number,
  threshold: number,
): number {
  const count = [0, 0];
  const right = [0, 0];
  for (let i = 0; i < pairs.fold.length; i++) {
    if (pairs.fold[i] !== held) continue;
    const same = pairs.same[i]!;
    count[same]!++;
    if ((pairs.distance[i]! < threshold) === (same === 1)) right[same]!++;
  }
  return (right[0]! / count[0]! + right[1]! / count[1]!) / 2;
}

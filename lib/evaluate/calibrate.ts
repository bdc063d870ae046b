import { UsageError } from "../errors.ts";
import type { RecognizerConfig } from "../recognize/recognizer.ts";
import type { Calibration } from "../store/calibration.ts";
import type { Dataset } from "./dataset.ts";
import type { PhotoOutcome, Progress } from "./embed_photos.ts";
import { EmbeddingCache } from "./embedding_cache.ts";
import { pairsNeeded, thresholdAtFmr } from "./error_rates.ts";
import { vectorsOf } from "./evaluation.ts";
import { verificationMetrics } from "./metrics.ts";
import { type ScoreSet, sortScores } from "./pair_scores.ts";
import { embedWith, modelOf } from "./run_evaluation.ts";
import { scorePairs } from "./score_pairs.ts";

/** What to calibrate on, and for which FMR. */
interface CalibrationPlan {
  readonly dataset: Dataset;
  readonly config: RecognizerConfig;
  readonly targetFmr: number;
  /** Where embeddings are kept between runs. */
  readonly cachePath: string;
  readonly onProgress?: (what: string, progress: Progress) => void;
}

/** A calibration, and what became of each photo it was made on. */
interface CalibrationRun {
  readonly calibration: Calibration;
  readonly outcomes: readonly PhotoOutcome[];
}

/**
 * Embeds a data set's photos and chooses the threshold for a target FMR on them.
 *
 * @throws UsageError when there are too few pairs for the target.
 */
export async function calibrate(
  { dataset, config, targetFmr, cachePath, onProgress }: CalibrationPlan,
): Promise<CalibrationRun> {
  const { modelId } = await modelOf(config);
  const cache = await EmbeddingCache.open(cachePath);
  const outcomes = await embedWith(
    config,
    { modelId },
    dataset,
    cache,
    (progress) => onProgress?.("Embedding", progress),
  );
  const { set } = scorePairs(dataset, vectorsOf(outcomes));
  const calibration = {
    modelId,
    detector: config.detector,
    ...chooseForFmr(set, targetFmr),
    photos: outcomes.filter(({ kind }) => kind === "embedded").length,
    people: dataset.people.length,
    createdAt: new Date().toISOString(),
  };
  return { calibration, outcomes };
}

/**
 * The largest threshold, rounded down to four decimals, that keeps FMR at or under the target on
 * these pairs, and what it costs. The intervals are of the rates at this threshold; that it was
 * chosen on the same pairs is not in them.
 *
 * @throws UsageError when the rule of 3 is not met or there is no genuine pair.
 */
export function chooseForFmr(set: ScoreSet, targetFmr: number) {
  const sorted = sortScores(set.genuine.distance, set.impostor.distance);
  const impostorPairs = sorted.impostor.length;
  const genuinePairs = sorted.genuine.length;
  const needed = pairsNeeded(targetFmr);
  if (impostorPairs < needed || genuinePairs === 0) {
    const least = impostorPairs > 0
      ? ` or choose --fmr ${roundUp(3 / impostorPairs)} or more`
      : "";
    throw new UsageError(
      `${genuinePairs} genuine and ${impostorPairs} impostor pairs are too few for an FMR of ` +
        `${targetFmr}, which takes 1 and ${needed} (rule of 3); add photos${least}`,
    );
  }
  const threshold = Math.floor(thresholdAtFmr(sorted, targetFmr) * 1e4) / 1e4;
  const metrics = verificationMetrics(set, threshold, { sorted });
  return {
    threshold,
    targetFmr,
    fmr: metrics.atThreshold.fmr,
    fmrInterval: metrics.intervals.fmr ?? null,
    fnmr: metrics.atThreshold.fnmr,
    fnmrInterval: metrics.intervals.fnmr ?? null,
    genuinePairs,
    impostorPairs,
  };
}

/** Rounds up to two digits that count: 0.003125 becomes 0.0032. */
function roundUp(rate: number): number {
  const unit = 10 ** (Math.floor(Math.log10(rate)) - 1);
  return Number((Math.ceil(rate / unit - 1e-9) * unit).toPrecision(2));
}

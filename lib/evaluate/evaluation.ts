import {
  breakDown,
  type GroupMetrics,
  type PhotoMetadata,
} from "./breakdown.ts";
import type { PairedDifference } from "./compare.ts";
import { errorCurve } from "./curve.ts";
import type { Dataset } from "./dataset.ts";
import type { ErrorRates } from "./error_rates.ts";
import { dealFolds, type LfwAccuracy, lfwAccuracy } from "./lfw_accuracy.ts";
import { type VerificationMetrics, verificationMetrics } from "./metrics.ts";
import { type ScoreSet, sortScores } from "./pair_scores.ts";
import type { PhotoOutcome } from "./embed_photos.ts";
import { type PairScoring, scorePairs, type Vectors } from "./score_pairs.ts";
import { type Identification, identifyAll } from "./identification.ts";

/** Ten thresholds over all pairs: above this many pairs the folds are left out. */
const mostFoldedPairs = 1_000_000;

/** A photo that gave no embedding. */
interface AcquisitionFailure {
  readonly path: string;
  readonly kind: "unreadable" | "no-face";
  readonly reason: string;
}

/** Failures before any comparison, in the terms of ISO/IEC 19795-1. */
interface Acquisition {
  readonly photos: number;
  readonly people: number;
  readonly failures: readonly AcquisitionFailure[];
  /** Failure to acquire rate: share of photos without an embedding. */
  readonly fta: number;
  /** Failure to enrol rate: share of people none of whose photos gave an embedding. */
  readonly fte: number;
  readonly unenrolled: readonly string[];
  /** Photos of several faces, whose largest was taken. */
  readonly severalFaces: readonly string[];
}

/** One pair of photos by their index in the data set. */
export interface ShownPair {
  readonly a: number;
  readonly b: number;
  readonly distance: number;
}

/** Two ways of working compared on the same photos. */
export interface Comparison {
  readonly setting: "align" | "mirror";
  readonly here: string;
  readonly there: string;
  readonly differences: readonly PairedDifference[];
}

/** Everything that an evaluation found. */
export interface Evaluation {
  readonly modelId: string;
  readonly detector: string;
  readonly createdAt: string;
  readonly threshold: number;
  readonly acquisition: Acquisition;
  readonly lostPairs: number;
  readonly allImpostorPairs: number;
  readonly verification: VerificationMetrics;
  /** Null where there are no folds and too many pairs to deal. */
  readonly lfw: (LfwAccuracy & { readonly foldsFrom: "list" | "dealt" }) | null;
  /** Null for a list of pairs, and for more photos than can be searched in a minute. */
  readonly identification: Identification | null;
  readonly curve: readonly ErrorRates[];
  readonly breakdown: readonly GroupMetrics[];
  readonly comparisons: readonly Comparison[];
  /** Genuine pairs farthest apart, worst first. */
  readonly worstGenuine: readonly ShownPair[];
  /** Impostor pairs nearest to each other, closest first. */
  readonly closestImpostor: readonly ShownPair[];
}

/** What an evaluation is told. */
interface EvaluationPlan {
  readonly dataset: Dataset;
  readonly outcomes: readonly PhotoOutcome[];
  readonly threshold: number;
  readonly modelId: string;
  readonly detector: string;
  readonly metadata?: PhotoMetadata | undefined;
  readonly comparisons?: readonly Comparison[];
}

/** Vectors of embedded photos, null for the others. */
export function vectorsOf(outcomes: readonly PhotoOutcome[]): Vectors {
  return outcomes.map((outcome) =>
    outcome.kind === "embedded" ? outcome.vector : null
  );
}

/** Computes everything there is to say about the outcomes of a data set's photos. */
export function evaluate(plan: EvaluationPlan): Evaluation & { set: ScoreSet } {
  const { dataset, outcomes, threshold } = plan;
  const vectors = vectorsOf(outcomes);
  const scoring = scorePairs(dataset, vectors);
  const { set } = scoring;
  const sorted = sortScores(set.genuine.distance, set.impostor.distance);
  return {
    set,
    modelId: plan.modelId,
    detector: plan.detector,
    createdAt: new Date().toISOString(),
    threshold,
    acquisition: acquisition(dataset, outcomes),
    lostPairs: scoring.lostPairs,
    allImpostorPairs: scoring.allImpostorPairs,
    verification: verificationMetrics(set, threshold, sorted),
    lfw: lfw(scoring),
    identification: identifyAll(dataset, vectors, threshold),
    curve: errorCurve(sorted),
    breakdown: plan.metadata === undefined
      ? []
      : breakDown(dataset, set, plan.metadata, threshold),
    comparisons: plan.comparisons ?? [],
    worstGenuine: extreme(set.genuine, -1),
    closestImpostor: extreme(set.impostor, 1),
  };
}

function acquisition(
  { photos, people }: Dataset,
  outcomes: readonly PhotoOutcome[],
): Acquisition {
  const failures = outcomes.flatMap((outcome, i) =>
    outcome.kind === "embedded" ? [] : [{
      path: photos[i]!.path,
      kind: outcome.kind,
      reason: outcome.reason,
    }]
  );
  const enrolled = new Set(
    photos.filter((_, i) => outcomes[i]!.kind === "embedded")
      .map(({ person }) => person),
  );
  const unenrolled = people.filter((_, person) => !enrolled.has(person));
  return {
    photos: photos.length,
    people: people.length,
    failures,
    fta: failures.length / photos.length,
    fte: unenrolled.length / people.length,
    unenrolled,
    severalFaces: photos.filter((_, i) => {
      const outcome = outcomes[i]!;
      return outcome.kind === "embedded" && outcome.faces > 1;
    }).map(({ path }) => path),
  };
}

function lfw({ folds, set }: PairScoring): Evaluation["lfw"] {
  if (folds !== null) return { ...lfwAccuracy(folds), foldsFrom: "list" };
  const { genuine, impostor } = set;
  const pairs = genuine.distance.length + impostor.distance.length;
  const fewest = Math.min(genuine.distance.length, impostor.distance.length);
  if (fewest < 10 || pairs > mostFoldedPairs) return null;
  const dealt = dealFolds(genuine.distance, impostor.distance);
  return { ...lfwAccuracy(dealt), foldsFrom: "dealt" };
}

/** The pairs at one end, in order. @param sign 1 for the nearest, -1 for the farthest */
function extreme(
  { distance, a, b }: ScoreSet["genuine"],
  sign: 1 | -1,
  count = 6,
): ShownPair[] {
  const found: ShownPair[] = [];
  for (let i = 0; i < distance.length; i++) {
    const last = found[count - 1];
    if (last && sign * distance[i]! >= sign * last.distance) continue;
    const at = found.findIndex((pair) =>
      sign * distance[i]! < sign * pair.distance
    );
    const pair = { a: a[i]!, b: b[i]!, distance: distance[i]! };
    found.splice(at < 0 ? found.length : at, 0, pair);
    found.length = Math.min(found.length, count);
  }
  return found;
}

import { breakDown, type PhotoMetadata } from "./breakdown.ts";
import { confusions, errorsByPerson, extremePairs } from "./by_person.ts";
import type { pairedDifferences } from "./compare.ts";
import type { Dataset } from "./dataset.ts";
import { discardCurve, errorCurve } from "./curves.ts";
import type { PhotoOutcome } from "./embed_photos.ts";
import type { ErrorRates } from "./error_rates.ts";
import type { lfwAccuracy } from "./lfw_accuracy.ts";
import { identifyAll, verificationMetrics } from "./metrics.ts";
import { type ScoreSet, sortScores } from "./pair_scores.ts";
import { distinctVectors, scorePairs } from "./score_pairs.ts";

/** Failures before any comparison, in the terms of ISO/IEC 19795-1. */
interface Acquisition {
  readonly photos: number;
  readonly people: number;
  /** Photos that gave no embedding. */
  readonly failures: readonly {
    readonly path: string;
    readonly kind: "unreadable" | "no-face";
    readonly reason: string;
  }[];
  /** Failure to acquire rate: share of photos without an embedding. */
  readonly fta: number;
  /** Failure to enrol rate: share of people none of whose photos gave an embedding. */
  readonly fte: number;
  readonly unenrolled: readonly string[];
  /** Photos of several faces, whose largest was taken. */
  readonly severalFaces: readonly string[];
}

/** Two ways of working compared on the same photos. */
export interface Comparison {
  readonly setting: "align" | "mirror";
  readonly here: string;
  readonly there: string;
  readonly differences: ReturnType<typeof pairedDifferences>;
}

/** Everything that an evaluation found. */
export interface Evaluation {
  readonly modelId: string;
  readonly detector: string;
  /** The command line that asked for it. */
  readonly command: string;
  readonly createdAt: string;
  readonly threshold: number;
  /** Photos and pairs that were omitted, for a person. */
  readonly warnings: readonly string[];
  readonly acquisition: Acquisition;
  readonly lostPairs: number;
  readonly allImpostorPairs: number;
  readonly verification: ReturnType<typeof verificationMetrics>;
  /** Null where the list has no folds. */
  readonly lfw: ReturnType<typeof lfwAccuracy> | null;
  /** Null for a list of pairs, and for more photos than can be searched in a minute. */
  readonly identification: ReturnType<typeof identifyAll>;
  readonly curve: readonly ErrorRates[];
  /** Error rates without the photos of lowest quality. */
  readonly discard: ReturnType<typeof discardCurve>;
  readonly breakdown: ReturnType<typeof breakDown>;
  readonly comparisons: readonly Comparison[];
  readonly byPerson: ReturnType<typeof errorsByPerson>;
  /** Who is taken for whom, the couple with most false matches first. */
  readonly confusions: ReturnType<typeof confusions>;
  /** Genuine pairs farthest apart, one of each person, worst first. */
  readonly worstGenuine: ReturnType<typeof extremePairs>;
  /** Impostor pairs nearest to each other, one of each couple of people, closest first. */
  readonly closestImpostor: ReturnType<typeof extremePairs>;
}

/** What an evaluation is told. */
interface EvaluationPlan
  extends Pick<Evaluation, "threshold" | "modelId" | "detector" | "command"> {
  readonly dataset: Dataset;
  readonly outcomes: readonly PhotoOutcome[];
  readonly metadata?: PhotoMetadata | undefined;
  readonly comparisons?: readonly Comparison[];
}

/** Computes everything there is to say about the outcomes of a data set's photos. */
export function evaluate(
  { dataset, outcomes, metadata, comparisons = [], ...about }: EvaluationPlan,
): Evaluation & { set: ScoreSet } {
  const { threshold } = about;
  const { vectors, warnings } = distinctVectors(dataset, outcomes);
  const scoring = scorePairs(dataset, vectors);
  const { set } = scoring;
  const sorted = sortScores(set.genuine.distance, set.impostor.distance);
  return {
    ...about,
    ...scoring,
    createdAt: new Date().toISOString(),
    warnings: [...dataset.warnings, ...warnings],
    acquisition: acquisition(dataset, outcomes),
    verification: verificationMetrics(set, threshold, sorted),
    identification: identifyAll(dataset, vectors, threshold),
    curve: errorCurve(sorted),
    discard: discardCurve(set, outcomes, threshold),
    breakdown: metadata === undefined
      ? []
      : breakDown(dataset, set, metadata, threshold),
    comparisons,
    byPerson: errorsByPerson(dataset, set, threshold),
    confusions: confusions(dataset, set, threshold),
    worstGenuine: extremePairs(set, set.genuine, -1),
    closestImpostor: extremePairs(set, set.impostor, 1),
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

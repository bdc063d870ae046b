import { breakDown, type PhotoMetadata } from "./breakdown.ts";
import { confusions, errorsByPerson, extremePairs } from "./by_person.ts";
import type { pairedDifferences } from "./compare.ts";
import type { Dataset } from "./dataset.ts";
import { discardCurve, errorCurve } from "./curves.ts";
import type { PhotoOutcome } from "./embed_photos.ts";
import { identifyAll, verificationMetrics } from "./metrics.ts";
import { sortScores } from "./pair_scores.ts";
import { distinctVectors, scorePairs } from "./score_pairs.ts";

/** Two ways of working compared on the same photos. */
export interface Comparison {
  readonly setting: "align" | "mirror";
  readonly here: string;
  readonly there: string;
  readonly differences: ReturnType<typeof pairedDifferences>;
}

/** What an evaluation is told. */
interface EvaluationPlan {
  readonly dataset: Dataset;
  readonly outcomes: readonly PhotoOutcome[];
  readonly threshold: number;
  readonly modelId: string;
  readonly detector: string;
  /** The command line that asked for it. */
  readonly command: string;
  readonly metadata?: PhotoMetadata | undefined;
  readonly comparisons?: readonly Comparison[];
}

/** Everything that an evaluation found. */
export type Evaluation = Omit<ReturnType<typeof evaluate>, "set">;

/** Computes everything there is to say about the outcomes of a data set's photos. */
export function evaluate(
  { dataset, outcomes, metadata, comparisons = [], ...about }: EvaluationPlan,
) {
  const { threshold } = about;
  const { vectors, warnings } = distinctVectors(dataset, outcomes);
  const scoring = scorePairs(dataset, vectors);
  const { set } = scoring;
  const sorted = sortScores(set.genuine.distance, set.impostor.distance);
  return {
    ...about,
    ...scoring,
    createdAt: new Date().toISOString(),
    /** Photos and pairs that were omitted, for a person. */
    warnings: [...dataset.warnings, ...warnings],
    acquisition: acquisition(dataset, outcomes),
    verification: verificationMetrics(set, threshold, sorted),
    identification: identifyAll(dataset, vectors, threshold),
    curve: errorCurve(sorted),
    /** Error rates without the photos of lowest quality. */
    discard: discardCurve(set, outcomes, threshold),
    breakdown: metadata === undefined
      ? []
      : breakDown(dataset, set, metadata, threshold),
    comparisons,
    byPerson: errorsByPerson(dataset, set, threshold),
    /** Who is taken for whom, the couple with most false matches first. */
    confusions: confusions(dataset, set, threshold),
    /** Genuine pairs farthest apart, one of each person, worst first. */
    worstGenuine: extremePairs(set, set.genuine, -1),
    /** Impostor pairs nearest to each other, one of each couple of people, closest first. */
    closestImpostor: extremePairs(set, set.impostor, 1),
  };
}

/** Failures before any comparison, in the terms of ISO/IEC 19795-1. */
function acquisition(
  { photos, people }: Dataset,
  outcomes: readonly PhotoOutcome[],
) {
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
    /** Photos that gave no embedding. */
    failures,
    /** Failure to acquire rate: share of photos without an embedding. */
    fta: failures.length / photos.length,
    /** Failure to enrol rate: share of people none of whose photos gave an embedding. */
    fte: unenrolled.length / people.length,
    unenrolled,
    /** Photos of several faces, whose largest was taken. */
    severalFaces: photos.filter((_, i) => {
      const outcome = outcomes[i]!;
      return outcome.kind === "embedded" && outcome.faces > 1;
    }).map(({ path }) => path),
  };
}

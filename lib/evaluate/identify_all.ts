import { euclideanDistance } from "../match/distance.ts";
import {
  bootstrapIdentification,
  type Interval,
  successInterval,
} from "./bootstrap.ts";
import type { Dataset } from "./dataset.ts";
import {
  type IdentificationRates,
  identificationRates,
  type MarginRates,
  marginRates,
  searchAll,
} from "./identification.ts";
import type { Vectors } from "./score_pairs.ts";

/** FPIRs at which DIR is stated. */
const targetFpirs = [0.01, 0.1];
/** Margins whose effect is stated; the setting `margin` takes any. */
const margins = [0, 0.02, 0.05, 0.1, 0.15] as const;
/** Leave-one-out identification compares all photos; above this many it would take minutes. */
const mostSearchedPhotos = 20_000;

/** Open-set identification with intervals. */
export interface Identification {
  readonly searches: number;
  readonly rank1: number;
  readonly rank1Interval: Interval | undefined;
  readonly at: readonly (IdentificationRates & { interval?: Interval })[];
  /** At the evaluation's threshold, with growing margins between the nearest person and the next. */
  readonly margins: readonly MarginRates[];
}

/** Searches each photo among all others; null where that makes no sense or takes too long. */
export function identifyAll(
  dataset: Dataset,
  vectors: Vectors,
  threshold: number,
): Identification | null {
  const photos = dataset.photos.filter((_, i) => vectors[i]);
  if (dataset.pairs !== null || photos.length > mostSearchedPhotos) return null;
  const known = vectors.filter((vector) => vector !== null);
  const person = Uint32Array.from(photos, (photo) => photo.person);
  const searches = searchAll(
    person,
    (i, j) => euclideanDistance(known[i]!, known[j]!),
  );
  if (searches.length === 0) return null;
  const people = dataset.people.length;
  const at = targetFpirs.map((target) => {
    const resampled = bootstrapIdentification(searches, people, target);
    const rates = identificationRates(searches, target);
    const interval = successInterval(
      resampled.map(({ dir }) => dir),
      rates.dir,
      searches.length,
    );
    const rank1 = successInterval(
      resampled.map(({ rank1 }) => rank1),
      rates.rank1,
      searches.length,
    );
    return { ...rates, ...(interval && { interval }), rank1Interval: rank1 };
  });
  return {
    searches: searches.length,
    rank1: at[0]!.rank1,
    rank1Interval: at[0]!.rank1Interval,
    at: at.map(({ rank1Interval: _, ...rates }) => rates),
    margins: margins.map((margin) => marginRates(searches, threshold, margin)),
  };
}

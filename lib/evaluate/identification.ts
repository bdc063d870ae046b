import { randomLcg } from "d3-random";
import { euclideanDistance } from "../match/distance.ts";
import { drawPeople, type Interval, successInterval } from "./bootstrap.ts";
import type { Dataset } from "./dataset.ts";
import type { Vectors } from "./score_pairs.ts";

/** One photo searched among all others, with and without its own person there. */
export interface Search {
  /** Person the photo shows. */
  readonly person: number;
  /** Whether the nearest of all other photos shows the same person. */
  readonly rank1: boolean;
  /** Distance to that nearest photo. */
  readonly nearest: number;
  /** Distance to the nearest photo of another person: what an unknown person would meet. */
  readonly nearestOther: number;
  /** Distance to the nearest photo of a third person: how far behind that one the next is. */
  readonly secondOther: number;
}

/** Open-set identification, in the terms of ISO/IEC 19795-1. */
export interface IdentificationRates {
  /** Share of searches whose nearest photo shows the right person, whatever its distance. */
  readonly rank1: number;
  /** False positive identification rate that was aimed at. */
  readonly targetFpir: number;
  /** The largest threshold that keeps FPIR at or under it. */
  readonly threshold: number;
  /** Detection and identification rate there: right person first, and under the threshold. */
  readonly dir: number;
}

/** What a margin between the nearest person and the next costs and gains, at one threshold. */
interface MarginRates {
  /** How much further away the second person must be. */
  readonly margin: number;
  /** False positive identification rate: searches without the person there that name somebody. */
  readonly fpir: number;
  /** False negative identification rate: searches with the person there that do not name the person. */
  readonly fnir: number;
}

/** Distance between photos i and j. */
type DistanceBetween = (i: number, j: number) => number;

/**
 * Searches each photo among all the others (leave one out). People with a single photo have no
 * mate to be found and serve only as impostors in the gallery. O(n^2) distances.
 */
export function searchAll(
  person: Uint32Array,
  distance: DistanceBetween,
): Search[] {
  const photos = person.length;
  const own = new Float64Array(photos).fill(Infinity);
  const other = new Float64Array(photos).fill(Infinity);
  const otherPerson = new Int32Array(photos).fill(-1);
  const second = new Float64Array(photos).fill(Infinity);
  const meet = (i: number, j: number, d: number) => {
    if (person[i] === person[j]) own[i] = Math.min(own[i]!, d);
    else if (person[j] === otherPerson[i]) {
      other[i] = Math.min(other[i]!, d);
    } else if (d < other[i]!) {
      [second[i], other[i]] = [other[i]!, d];
      otherPerson[i] = person[j]!;
    } else second[i] = Math.min(second[i]!, d);
  };
  for (let i = 0; i < photos; i++) {
    for (let j = i + 1; j < photos; j++) {
      const d = distance(i, j);
      meet(i, j, d);
      meet(j, i, d);
    }
  }
  const searches: Search[] = [];
  for (let i = 0; i < photos; i++) {
    if (own[i] === Infinity || other[i] === Infinity) continue;
    searches.push({
      person: person[i]!,
      rank1: own[i]! < other[i]!,
      nearest: Math.min(own[i]!, other[i]!),
      nearestOther: other[i]!,
      secondOther: second[i]!,
    });
  }
  return searches;
}

/**
 * Rank-1 and DIR at an FPIR. `weight` gives each person's weight (all 1 by default; a bootstrap
 * resamples people by it).
 */
export function identificationRates(
  searches: readonly Search[],
  targetFpir: number,
  weight: (person: number) => number = () => 1,
): IdentificationRates {
  const weights = searches.map((search) => weight(search.person));
  const total = weights.reduce((sum, w) => sum + w, 0);
  const order = searches.map((_, i) => i)
    .sort((i, j) => searches[i]!.nearestOther - searches[j]!.nearestOther);
  let threshold = Infinity;
  let below = 0;
  for (const i of order) {
    below += weights[i]!;
    if (below > targetFpir * total + 1e-9) {
      threshold = searches[i]!.nearestOther;
      break;
    }
  }
  let first = 0;
  let detected = 0;
  searches.forEach((search, i) => {
    if (!search.rank1) return;
    first += weights[i]!;
    if (search.nearest < threshold) detected += weights[i]!;
  });
  return { rank1: first / total, targetFpir, threshold, dir: detected / total };
}

/**
 * FPIR and FNIR at a threshold and a margin, decided as `identify` does. Without the person there
 * the nearest other is named if under the threshold and far enough ahead of the next person; with
 * the person there anything but the person's own name is wrong.
 */
export function marginRates(
  searches: readonly Search[],
  threshold: number,
  margin: number,
): MarginRates {
  const named = (best: number, next: number) =>
    best < threshold && next - best >= margin;
  let [falsePositives, found] = [0, 0];
  for (const { rank1, nearest, nearestOther, secondOther } of searches) {
    if (named(nearestOther, secondOther)) falsePositives++;
    if (rank1 && named(nearest, nearestOther)) found++;
  }
  const { length } = searches;
  return {
    margin,
    fpir: falsePositives / length,
    fnir: (length - found) / length,
  };
}

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

/** Identification rates of resampled probe people; the gallery stays as it is. */
function bootstrapIdentification(
  searches: readonly Search[],
  people: number,
  targetFpir: number,
  replicates = 200,
): IdentificationRates[] {
  const random = randomLcg(2);
  return Array.from({ length: replicates }, () => {
    const weight = drawPeople(people, random);
    return identificationRates(searches, targetFpir, (p) => weight[p]!);
  }).filter(({ rank1 }) => !Number.isNaN(rank1));
}

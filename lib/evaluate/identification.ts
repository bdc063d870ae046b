import { sum } from "d3-array";
import { euclideanDistance } from "../match/distance.ts";
import type { Dataset } from "./dataset.ts";
import { type Interval, rateInterval, withoutErrors } from "./intervals.ts";
import { groupPeople } from "./leave_one_out.ts";
import type { Vectors } from "./score_pairs.ts";

/** FPIRs at which DIR is stated. */
const targetFpirs = [0.01, 0.1];
/** Margins whose effect is stated; the setting `margin` takes any. */
const margins = [0, 0.02, 0.05, 0.1, 0.15] as const;
/** Leave-one-out identification compares all photos; above this many it would take minutes. */
const mostSearchedPhotos = 20_000;

/** One photo searched among all others, with and without its own person there. */
interface Search {
  /** Person the photo shows. */
  readonly person: number;
  /** Distance to the nearest other photo of the same person. */
  readonly own: number;
  /** Distance to the nearest photo of another person: what an unknown person would meet. */
  readonly other: number;
  /** Who that other person is. */
  readonly otherPerson: number;
  /** Distance to the nearest photo of a third person: how far behind that one the next is. */
  readonly third: number;
}

/** Open-set identification, in the terms of ISO/IEC 19795-1. */
interface IdentificationRates {
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

/** Open-set identification with intervals. */
interface Identification {
  readonly searches: number;
  /** People whose photos were searched. */
  readonly people: number;
  readonly rank1: number;
  readonly rank1Interval: Interval | undefined;
  /** One for each FPIR; `rates` is null where the people searched are too few to show it. */
  readonly at: readonly {
    readonly targetFpir: number;
    readonly rates: IdentificationRates | null;
    readonly interval: Interval | undefined;
  }[];
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
  const present = new Uint8Array(dataset.people.length);
  for (const { person } of searches) present[person] = 1;
  const people = sum(present);
  const support = { trials: searches.length, units: people, worth: people };
  const { groupOf, groups } = groupPeople(present);
  /** The rates without each person in turn, as probe and in the gallery. */
  const leftOut = Array.from({ length: groups }, (_, group) => {
    const others = searches.filter(({ person }) => groupOf[person] !== group)
      .map((search) =>
        groupOf[search.otherPerson] === group
          ? { ...search, other: search.third }
          : search
      );
    return targetFpirs.map((target) => identificationRates(others, target));
  });
  const { rank1 } = identificationRates(searches, 1);
  return {
    searches: searches.length,
    people,
    rank1,
    rank1Interval: rateInterval(
      rank1,
      leftOut.map(([rates]) => rates!.rank1),
      support,
    ),
    at: targetFpirs.map((targetFpir, i) => {
      if (withoutErrors(people) > targetFpir) {
        return { targetFpir, rates: null, interval: undefined };
      }
      const rates = identificationRates(searches, targetFpir);
      const without = leftOut.map((each) => each[i]!.dir);
      const interval = rateInterval(rates.dir, without, support);
      return { targetFpir, rates, interval };
    }),
    margins: margins.map((margin) => marginRates(searches, threshold, margin)),
  };
}

/**
 * Searches each photo among all the others (leave one out). People with a single photo have no
 * mate to be found and serve only as impostors in the gallery. O(n^2) distances.
 */
export function searchAll(
  person: Uint32Array,
  distance: (i: number, j: number) => number,
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
      own: own[i]!,
      other: other[i]!,
      otherPerson: otherPerson[i]!,
      third: second[i]!,
    });
  }
  return searches;
}

/** Rank-1 and DIR at an FPIR. */
export function identificationRates(
  searches: readonly Search[],
  targetFpir: number,
): IdentificationRates {
  const { length } = searches;
  const others = Float64Array.from(searches, ({ other }) => other).sort();
  const threshold = others[Math.floor(targetFpir * length + 1e-9)] ?? Infinity;
  const first = searches.filter(({ own, other }) => own < other);
  const detected = first.filter(({ own }) => own < threshold);
  return {
    rank1: first.length / length,
    targetFpir,
    threshold,
    dir: detected.length / length,
  };
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
  for (const { own, other, third } of searches) {
    if (named(other, third)) falsePositives++;
    if (own < other && named(own, other)) found++;
  }
  const { length } = searches;
  return {
    margin,
    fpir: falsePositives / length,
    fnir: (length - found) / length,
  };
}

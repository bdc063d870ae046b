import { sum } from "d3-array";
import { euclideanDistance } from "../match/distance.ts";
import type { Dataset } from "./dataset.ts";
import {
  areaUnderRoc,
  dPrime,
  equalErrorRate,
  errorRates,
  fnmrAtFmr,
  moments,
} from "./error_rates.ts";
import { rateInterval, studentInterval, withoutErrors } from "./intervals.ts";
import {
  identificationRates,
  marginRates,
  searchAll,
} from "./identification.ts";
import { type BinnedRates, groupPeople, leaveOneOut } from "./leave_one_out.ts";
import {
  countBelow,
  peopleIn,
  type ScoreSet,
  type SortedScores,
  sortScores,
} from "./pair_scores.ts";
import type { Vectors } from "./score_pairs.ts";

/** FMRs at which FNMR is stated, where there are pairs enough. */
export const targetFmrs = [1e-2, 1e-3, 1e-4] as const;

/** All of a score set's verification numbers at a threshold, in the terms of ISO/IEC 19795-1, with intervals. */
export function verificationMetrics(
  set: ScoreSet,
  threshold: number,
  sorted: SortedScores = sortScores(
    set.genuine.distance,
    set.impostor.distance,
  ),
) {
  const genuinePairs = sorted.genuine.length;
  const impostorPairs = sorted.impostor.length;
  const people = sum(peopleIn(set, set.genuine));
  const impostors = sum(peopleIn(set, set.impostor));
  const peoplePairs = Math.min(impostorPairs, impostors * (impostors - 1) / 2);
  const atThreshold = errorRates(sorted, threshold);
  const genuine = moments(sorted.genuine);
  const impostor = moments(sorted.impostor);
  const eer = equalErrorRate(sorted);
  const auc = areaUnderRoc(sorted);
  const distance = dPrime(genuine, impostor);
  const costs = targetFmrs.map((target) =>
    fnmrAtFmr(sorted, target, peoplePairs)
  );
  const leftOut = leaveOneOut(set, threshold, targetFmrs);
  const without = (rate: (rates: BinnedRates) => number) => leftOut.map(rate);
  const fewer = {
    trials: Math.min(genuinePairs, impostorPairs),
    units: Math.min(people, peoplePairs),
    worth: people / 2,
  };
  const ofGenuine = { trials: genuinePairs, units: people, worth: people };
  // Where one side has no error at the EER's threshold, that side's interval is the least.
  const atEer = errorRates(sorted, eer.threshold);
  const leastEer = Math.max(
    atEer.fnmr === 0 ? withoutErrors(people) : 0,
    atEer.fmr === 0 ? withoutErrors(peoplePairs) : 0,
  );
  const beyond = rateInterval(1 - auc, without((r) => 1 - r.auc), fewer);
  return {
    genuinePairs,
    impostorPairs,
    /** People of whom there is a genuine pair: what FNMR and EER stand on. */
    people,
    /** Pairs of people of whom there is an impostor pair: what FMR stands on. */
    peoplePairs,
    genuine,
    impostor,
    atThreshold,
    /** Impostor pairs below the threshold. */
    falseMatches: countBelow(sorted.impostor, threshold),
    /** Genuine pairs at or above the threshold. */
    falseNonMatches: genuinePairs - countBelow(sorted.genuine, threshold),
    eer,
    auc,
    dPrime: distance,
    /** One for each of `targetFmrs`; undefined where there are too few pairs of people. */
    fnmrAtFmr: costs,
    /** 95 % by people; undefined where there is nothing to measure. */
    intervals: {
      fmr: rateInterval(atThreshold.fmr, without((r) => r.fmr), {
        trials: impostorPairs,
        units: peoplePairs,
        worth: impostors / 2,
      }, withoutErrors(peoplePairs)),
      fnmr: rateInterval(atThreshold.fnmr, without((r) => r.fnmr), ofGenuine),
      eer: rateInterval(eer.rate, without((r) => r.eer), fewer, leastEer),
      auc: beyond && { low: 1 - beyond.high, high: 1 - beyond.low },
      dPrime: studentInterval(distance, without((r) => r.dPrime)),
      fnmrAtFmr: costs.map((cost, i) =>
        cost &&
        rateInterval(cost.fnmr, without((r) => r.fnmrAtFmr[i]!), ofGenuine)
      ),
    },
  };
}

/** FPIRs at which DIR is stated. */
const targetFpirs = [0.01, 0.1];
/** Margins whose effect is stated; the setting `margin` takes any. */
const margins = [0, 0.02, 0.05, 0.1, 0.15] as const;
/** Leave-one-out identification compares all photos; above this many it would take minutes. */
const mostSearchedPhotos = 20_000;

/**
 * Open-set identification with intervals: each photo searched among all others. Null for a list of
 * pairs, and for more photos than can be searched in a minute.
 */
export function identifyAll(
  dataset: Dataset,
  vectors: Vectors,
  threshold: number,
) {
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
    /** People whose photos were searched. */
    people,
    rank1,
    rank1Interval: rateInterval(
      rank1,
      leftOut.map(([rates]) => rates!.rank1),
      support,
    ),
    /** One for each FPIR; `rates` is null where the people searched are too few to show it. */
    at: targetFpirs.map((targetFpir, i) => {
      if (withoutErrors(people) > targetFpir) {
        return { targetFpir, rates: null, interval: undefined };
      }
      const rates = identificationRates(searches, targetFpir);
      const without = leftOut.map((each) => each[i]!.dir);
      const interval = rateInterval(rates.dir, without, support);
      return { targetFpir, rates, interval };
    }),
    /** At the evaluation's threshold, with growing margins between the nearest person and the next. */
    margins: margins.map((margin) => marginRates(searches, threshold, margin)),
  };
}

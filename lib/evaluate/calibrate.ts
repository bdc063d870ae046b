import { sum } from "d3-array";
import { UsageError } from "../errors.ts";
import { thresholdAtFmr } from "./error_rates.ts";
import { upperBound, withoutErrors } from "./intervals.ts";
import { verificationMetrics } from "./metrics.ts";
import { peopleIn, type ScoreSet, sortScores } from "./pair_scores.ts";

/** Largest threshold that a store takes for undamaged. */
const largestThreshold = 2;

/**
 * The largest threshold, rounded down to four decimals, at which the upper end of FMR's one-sided
 * 95 % interval by people is at most the target, and what it costs. Since that end rises with the
 * threshold, the true FMR exceeds the target only where the end at the true threshold lies under
 * the true rate, in 5 of 100 cases: that the threshold is chosen on the same pairs costs nothing.
 *
 * @throws UsageError when the people are too few for the target, with the target they support.
 */
export function chooseForFmr(set: ScoreSet, targetFmr: number) {
  const people = sum(peopleIn(set, set.impostor));
  const peoplePairs = Math.min(
    set.impostor.distance.length,
    people * (people - 1) / 2,
  );
  const found = thresholdUnder(set, targetFmr, peoplePairs);
  const threshold = Math.floor(Math.min(found, largestThreshold) * 1e4) / 1e4;
  if (!(threshold > 0) || set.genuine.distance.length === 0) {
    throw new UsageError(tooFew(set, people, peoplePairs, targetFmr));
  }
  const metrics = verificationMetrics(set, threshold);
  return {
    threshold,
    targetFmr,
    fmr: metrics.atThreshold.fmr,
    fmrInterval: metrics.intervals.fmr ?? null,
    fnmr: metrics.atThreshold.fnmr,
    fnmrInterval: metrics.intervals.fnmr ?? null,
    genuinePairs: metrics.genuinePairs,
    impostorPairs: metrics.impostorPairs,
  };
}

/** The distance up to which FMR's upper end keeps the target; 0 where it never does. */
function thresholdUnder(
  { impostor: { distance, a, b }, person, people }: ScoreSet,
  targetFmr: number,
  peoplePairs: number,
): number {
  const trials = distance.length;
  const pairsOf = new Float64Array(people);
  for (let i = 0; i < trials; i++) {
    pairsOf[person[a[i]!]!]!++;
    pairsOf[person[b[i]!]!]!++;
  }
  const present = [...pairsOf.keys()].filter((one) => pairsOf[one]! > 0);
  // FMR's upper end is never under FMR: pairs beyond the target need not be sorted.
  const sorted = sortScores([], distance);
  const furthest = thresholdAtFmr(sorted, targetFmr);
  const order = Uint32Array.from(distance.keys())
    .filter((i) => distance[i]! <= furthest)
    .sort((i, j) => distance[i]! - distance[j]!);
  const falseOf = new Float64Array(people);
  const least = withoutErrors(peoplePairs);
  let kept = 0;
  for (let matches = 0; matches < order.length;) {
    const leftOut = present.map((one) =>
      (matches - falseOf[one]!) / (trials - pairsOf[one]!)
    );
    const support = { trials, units: peoplePairs, worth: present.length / 2 };
    const end = upperBound(matches / trials, leftOut, support, 0.95);
    if (Math.max(least, end) > targetFmr) break;
    // A distance equal to the threshold does not match.
    kept = distance[order[matches]!]!;
    while (matches < order.length && distance[order[matches]!] === kept) {
      const pair = order[matches++]!;
      falseOf[person[a[pair]!]!]!++;
      falseOf[person[b[pair]!]!]!++;
    }
  }
  return kept;
}

function tooFew(
  { genuine, impostor }: ScoreSet,
  people: number,
  peoplePairs: number,
  targetFmr: number,
): string {
  const trials = Math.log(0.05) / Math.log1p(-targetFmr);
  const needed = Math.ceil((1 + Math.sqrt(1 + 8 * trials)) / 2);
  const least = roundUp(withoutErrors(peoplePairs));
  const advice = least <= 0.5 && genuine.distance.length > 0 &&
      least > targetFmr
    ? `, or choose --fmr ${least} or more`
    : "";
  return `${genuine.distance.length} genuine and ${impostor.distance.length} impostor pairs of ${people} people ` +
    `do not show an FMR of ${targetFmr}: without one false match that takes ${needed} people, ` +
    `each with two photos or more; add people${advice}.`;
}

/** Rounds up to two digits that count: 0.003125 becomes 0.0032. */
function roundUp(rate: number): number {
  const unit = 10 ** (Math.floor(Math.log10(rate)) - 1);
  return Number((Math.ceil(rate / unit - 1e-9) * unit).toPrecision(2));
}

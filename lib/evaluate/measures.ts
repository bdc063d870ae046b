import { counted } from "../words.ts";
import { pairsNeeded } from "./error_rates.ts";
import type { Evaluation } from "./evaluation.ts";
import { percent } from "./figure_frame.ts";
import { type Interval, intervalMethod } from "./intervals.ts";
import { targetFmrs } from "./metrics.ts";

/** A part of what an evaluation found: a table and what to know about it. The terminal and the page show the same. */
export interface Section {
  readonly title: string;
  readonly head: readonly string[];
  readonly rows: readonly (readonly string[])[];
  readonly notes: readonly string[];
  /** Too long for a terminal. */
  readonly onPageOnly?: boolean;
}

/** All numbers that an evaluation states. */
export function measures(evaluation: Evaluation): Section {
  return {
    title: "All numbers",
    head: ["measure", "value", "95 % interval", "note"],
    rows: [
      ...acquisitionRows(evaluation),
      ...verificationRows(evaluation),
      ...fnmrAtFmrRows(evaluation),
      ...lfwRows(evaluation),
      ...identificationRows(evaluation),
    ],
    notes: [errorCounts(evaluation), intervalMethod],
  };
}

function acquisitionRows(
  { acquisition, verification, lostPairs, allImpostorPairs }: Evaluation,
): string[][] {
  const { photos, people, failures, fta, fte, unenrolled } = acquisition;
  const { impostorPairs, genuinePairs } = verification;
  const sampled = impostorPairs < allImpostorPairs
    ? `a sample of ${count(allImpostorPairs)}`
    : lostPairs > 0
    ? `${count(lostPairs)} listed pairs lost to photos without an embedding`
    : "";
  const lost = `${counted(failures.length, "photo")} gave no embedding`;
  const nobody = counted(unenrolled.length, "person", "people");
  const none = "in no rate below";
  return [
    ["photos", count(photos), "", `of ${count(people)} people`],
    ["FTA", percent(fta), "", `${lost}: ${none}`],
    ["FTE", percent(fte), "", `${nobody} without a usable photo: ${none}`],
    ["genuine pairs", count(genuinePairs), "", ""],
    ["impostor pairs", count(impostorPairs), "", sampled],
  ];
}

function verificationRows({ verification, threshold }: Evaluation): string[][] {
  const { atThreshold, intervals, eer, auc, dPrime } = verification;
  const at = atThe(threshold);
  const digits = (count: number) => (value: number) => value.toFixed(count);
  return [
    ["FMR", percent(atThreshold.fmr), intervalText(intervals.fmr), at],
    ["FNMR", percent(atThreshold.fnmr), intervalText(intervals.fnmr), at],
    [
      "EER",
      percent(eer.rate),
      intervalText(intervals.eer),
      atThe(eer.threshold),
    ],
    ["AUC", auc.toFixed(5), intervalText(intervals.auc, digits(5)), ""],
    ["d'", dPrime.toFixed(2), intervalText(intervals.dPrime, digits(2)), ""],
  ];
}

function fnmrAtFmrRows({ verification }: Evaluation): string[][] {
  const { fnmrAtFmr, intervals, peoplePairs } = verification;
  const here = `pairs of people, here are ${count(peoplePairs)}`;
  return targetFmrs.map((target, i) => {
    const name = `FNMR at FMR ${percent(target)}`;
    const cost = fnmrAtFmr[i];
    if (cost === undefined) {
      const needed = count(pairsNeeded(target));
      return [name, "not stated", "", `needs ${needed} ${here} (rule of 3)`];
    }
    const support = cost.ruleOf30
      ? "rule of 30 met"
      : `the rule of 30 would take ${count(Math.ceil(30 / target))} ${here}`;
    const note = `${atThe(cost.threshold)}; ${support}`;
    const interval = intervalText(intervals.fnmrAtFmr[i]);
    return [name, percent(cost.fnmr), interval, note];
  });
}

function lfwRows({ lfw }: Evaluation): string[][] {
  if (lfw === null) return [];
  const error = `standard error ${percent(lfw.standardError)}`;
  const folds = `${lfw.folds.length} folds of the list`;
  return [["LFW-style accuracy", percent(lfw.mean), error, folds]];
}

function identificationRows({ identification }: Evaluation): string[][] {
  if (identification === null) return [];
  const { searches, people, rank1, rank1Interval, at } = identification;
  const note = `${count(searches)} searches of ${
    count(people)
  } people, each photo among all others`;
  return [
    ["rank-1", percent(rank1), intervalText(rank1Interval), note],
    ...at.map(({ targetFpir, rates, interval }) => {
      const name = `DIR at FPIR ${percent(targetFpir)}`;
      if (rates !== null) {
        const at = atThe(rates.threshold);
        return [name, percent(rates.dir), intervalText(interval), at];
      }
      const needed = Math.ceil(Math.log(0.05) / Math.log1p(-targetFpir));
      return [name, "not stated", "", `needs ${count(needed)} people`];
    }),
  ];
}

/** A count with thousands set apart. */
export function count(value: number): string {
  return value.toLocaleString("en");
}

/** A rate's interval as text; `show` writes its ends where it is no rate. */
export function intervalText(
  interval: Interval | undefined,
  show: (value: number) => string = percent,
): string {
  return interval === undefined
    ? ""
    : `${show(interval.low)} to ${show(interval.high)}`;
}

/** How many pairs the threshold decides wrongly, in one plain line. */
export function errorCounts(
  { verification: found, threshold }: Evaluation,
): string {
  const of = (errors: number, pairs: number, kind: string) =>
    `${count(errors)} of ${count(pairs)} ${kind} pairs`;
  return `At the threshold ${threshold.toFixed(3)}: ` +
    `${
      of(found.falseNonMatches, found.genuinePairs, "genuine")
    } at or above it, ` +
    `${of(found.falseMatches, found.impostorPairs, "impostor")} below it.`;
}

/** "at the threshold 0.500" */
export function atThe(threshold: number): string {
  const value = Number.isFinite(threshold) ? threshold.toFixed(3) : "any";
  return `at the threshold ${value}`;
}

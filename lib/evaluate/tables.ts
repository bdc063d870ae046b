import { counted } from "../words.ts";
import { pairsNeeded } from "./error_rates.ts";
import type { Comparison, Evaluation } from "./evaluation.ts";
import { percent } from "./figure_frame.ts";
import { type Interval, intervalMethod } from "./intervals.ts";
import { targetFmrs } from "./metrics.ts";

/** A part of what an evaluation found: a table and what to know about it. The terminal and the page show the same. */
interface Section {
  readonly title: string;
  readonly head: readonly string[];
  readonly rows: readonly (readonly string[])[];
  readonly notes: readonly string[];
  /** Too long for a terminal. */
  readonly onPageOnly?: boolean;
}

/** Everything there is to say in tables, in order of what a reader asks first; none is empty. */
export function sectionsOf(evaluation: Evaluation): Section[] {
  return [
    measures(evaluation),
    byPerson(evaluation),
    confusions(evaluation),
    margins(evaluation),
    groups(evaluation),
    ...evaluation.comparisons.map(comparison),
  ].filter(({ rows }) => rows.length > 0);
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

function measures(evaluation: Evaluation): Section {
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

function byPerson({ byPerson, acquisition }: Evaluation): Section {
  return {
    title: "By person",
    head: ["person", "refused", "taken for somebody else"],
    rows: byPerson.map((each) => [
      each.person,
      `${each.falseNonMatches} of ${count(each.genuinePairs)}`,
      `${each.falseMatches} of ${count(each.impostorPairs)}`,
    ]),
    notes: byPerson.length < acquisition.people
      ? [`The ${count(byPerson.length)} people with most errors.`]
      : [],
    onPageOnly: true,
  };
}

function confusions({ confusions }: Evaluation): Section {
  return {
    title: "Who is taken for whom",
    head: ["people", "pairs under the threshold", "nearest", ""],
    rows: confusions.map(({ people, pairs, falseMatches, nearest }) => [
      people.join(" and "),
      `${falseMatches} of ${count(pairs)}`,
      nearest.toFixed(3),
      2 * falseMatches > pairs ? "same person under two names?" : "",
    ]),
    notes: [],
  };
}

function margins({ identification, threshold }: Evaluation): Section {
  return {
    title: "Margin",
    head: ["margin", "FPIR", "FNIR"],
    rows: (identification?.margins ?? []).map(({ margin, fpir, fnir }) => [
      margin.toFixed(2),
      percent(fpir),
      percent(fnir),
    ]),
    notes: [
      `Each photo searched among all others ${atThe(threshold)}, ` +
      "the second person at least the margin further away. " +
      "FPIR: the person is not there and somebody is named. FNIR: the person is there and is not named.",
    ],
  };
}

function groups({ breakdown }: Evaluation): Section {
  return {
    title: "By group",
    head: [
      ...["group", "people", "genuine", "impostor"],
      ...["FNMR", "95 %", "FMR", "95 %", "EER"],
    ],
    rows: breakdown.map(({ column, value, metrics }) => [
      `${column}: ${value}`,
      count(metrics.people),
      count(metrics.genuinePairs),
      count(metrics.impostorPairs),
      percent(metrics.atThreshold.fnmr),
      intervalText(metrics.intervals.fnmr),
      percent(metrics.atThreshold.fmr),
      intervalText(metrics.intervals.fmr),
      percent(metrics.eer.rate),
    ]),
    notes: [
      'A group holds the pairs both of whose photos belong to it; "mixed" holds the others.',
    ],
  };
}

function comparison({ differences, here, there }: Comparison): Section {
  return {
    title: `${here} against ${there}, same photos`,
    head: ["measure", here, there, "difference", "95 % interval", "p (Holm)"],
    rows: differences.map((each) => {
      const digits = { "d'": 2, AUC: 5 }[each.metric as string];
      const show = (v: number) =>
        digits === undefined ? percent(v) : v.toFixed(digits);
      const signed = (v: number) =>
        `${v > 0 ? "+" : v < 0 ? "-" : ""}${show(Math.abs(v))}`;
      return [
        each.metric,
        show(each.here),
        show(each.there),
        signed(each.difference),
        intervalText(each.interval, signed),
        each.p < 0.001 ? "under 0.001" : each.p.toFixed(3),
      ];
    }),
    notes: [
      comparisonWords(differences, { here, there }),
      "The same people are left out of both; p is corrected for the number of measures (Holm).",
    ],
  };
}

/** What a comparison shows, and what it does not. */
function comparisonWords(
  differences: Comparison["differences"],
  names: Readonly<Record<"here" | "there", string>>,
): string {
  const said = (["here", "there"] as const).flatMap((way) => {
    const metrics = differences.filter(({ better }) => better === way)
      .map(({ metric }) => metric);
    return metrics.length === 0
      ? []
      : [`${names[way]} is better in ${metrics.join(", ")}`];
  });
  return said.length === 0
    ? `These people do not show that ${names.here} and ${names.there} differ.`
    : `${said.join("; ")}; the other differences may be chance.`;
}

function atThe(threshold: number): string {
  const value = Number.isFinite(threshold) ? threshold.toFixed(3) : "any";
  return `at the threshold ${value}`;
}

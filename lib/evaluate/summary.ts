import { counted } from "../words.ts";
import { pairsNeeded } from "./error_rates.ts";
import type { Comparison, Evaluation } from "./evaluation.ts";
import { percent } from "./figure_frame.ts";
import { type Interval, intervalMethod, withoutErrors } from "./intervals.ts";
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

/** Fewer people than this are too few to rely on: said first. */
const few = 30;

/** Sets rows in columns that are as wide as their widest cell. */
export function columns(rows: readonly (readonly string[])[]): string[] {
  const widths = rows.reduce<number[]>(
    (widest, row) =>
      row.map((cell, i) => Math.max(widest[i] ?? 0, cell.length)),
    [],
  );
  return rows.map((row) =>
    "  " + row.map((cell, i) => cell.padEnd(widths[i]!)).join("  ").trimEnd()
  );
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

/** A count with thousands set apart. */
export function count(value: number): string {
  return value.toLocaleString("en");
}

/** What to know before any number: how little so few people show, and what was omitted. */
export function warnings({ verification, warnings }: Evaluation): string[] {
  const { people, peoplePairs } = verification;
  if (people >= few) return [...warnings];
  return [
    `These are few people: even without a single error, ${
      count(people)
    } people with two photos ` +
    `show no more than an FNMR under ${percent(withoutErrors(people))}, and ${
      counted(peoplePairs, "pair")
    } of people an FMR under ${percent(withoutErrors(peoplePairs))}.`,
    ...warnings,
  ];
}

/** The results for a terminal, as lines. */
export function summaryText(evaluation: Evaluation): string[] {
  return [
    `Model ${evaluation.modelId}, detector ${evaluation.detector}.`,
    ...warnings(evaluation),
    ...sectionsOf(evaluation).filter(({ onPageOnly }) => !onPageOnly)
      .flatMap(({ title, head, rows, notes }) => [
        `${title}:`,
        ...columns([head, ...rows]),
        ...notes,
      ]),
    ...evaluation.acquisition.failures
      .map(({ kind, reason }) => `  ${kind}: ${reason}`),
  ];
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

/** How many pairs the threshold decides wrongly, in one plain line. */
export function errorCounts({ verification, threshold }: Evaluation): string {
  const { falseMatches, falseNonMatches, genuinePairs, impostorPairs } =
    verification;
  return `At the threshold ${threshold.toFixed(3)}: ${
    count(falseNonMatches)
  } of ${count(genuinePairs)} genuine pairs at or above it, ${
    count(falseMatches)
  } of ${count(impostorPairs)} impostor pairs below it.`;
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
  const none = "in no rate below";
  return [
    ["photos", count(photos), "", `of ${count(people)} people`],
    [
      "FTA",
      percent(fta),
      "",
      `${counted(failures.length, "photo")} gave no embedding: ${none}`,
    ],
    [
      "FTE",
      percent(fte),
      "",
      `${
        counted(unenrolled.length, "person", "people")
      } without a usable photo: ${none}`,
    ],
    ["genuine pairs", count(genuinePairs), "", ""],
    ["impostor pairs", count(impostorPairs), "", sampled],
  ];
}

function verificationRows({ verification, threshold }: Evaluation): string[][] {
  const { atThreshold, intervals, eer, auc, dPrime } = verification;
  const at = `at the threshold ${number(threshold)}`;
  const digits = (count: number) => (value: number) => value.toFixed(count);
  return [
    ["FMR", percent(atThreshold.fmr), intervalText(intervals.fmr), at],
    ["FNMR", percent(atThreshold.fnmr), intervalText(intervals.fnmr), at],
    [
      "EER",
      percent(eer.rate),
      intervalText(intervals.eer),
      `at the threshold ${number(eer.threshold)}`,
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
    return [
      name,
      percent(cost.fnmr),
      intervalText(intervals.fnmrAtFmr[i]),
      `at the threshold ${number(cost.threshold)}; ${support}`,
    ];
  });
}

function lfwRows({ lfw }: Evaluation): string[][] {
  if (lfw === null) return [];
  const { mean, standardError, folds } = lfw;
  return [[
    "LFW-style accuracy",
    percent(mean),
    `standard error ${percent(standardError)}`,
    `${folds.length} folds of the list`,
  ]];
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
        const at = `at the threshold ${number(rates.threshold)}`;
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
      `Each photo searched among all others at the threshold ${
        threshold.toFixed(3)
      }, the second person at least the margin further away. ` +
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
      const rate = each.metric !== "d'" && each.metric !== "AUC";
      const show = (v: number) =>
        rate ? percent(v) : v.toFixed(each.metric === "AUC" ? 5 : 2);
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

function number(threshold: number): string {
  return Number.isFinite(threshold) ? threshold.toFixed(3) : "any";
}

import { type Interval, intervalMethod, withoutErrors } from "./intervals.ts";
import type { Comparison, Evaluation } from "./evaluation.ts";
import { percent } from "./figure_frame.ts";
import { pairsNeeded } from "./error_rates.ts";
import { targetFmrs } from "./metrics.ts";

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

/** One line of the results as people read them. */
interface SummaryRow {
  readonly name: string;
  readonly value: string;
  /** 95 % interval, empty where there is none. */
  readonly interval: string;
  /** What the reader should know about it, or empty. */
  readonly note: string;
}

/** A rate's interval as text. */
export function percentInterval(interval: Interval | undefined): string {
  return interval === undefined
    ? ""
    : `${percent(interval.low)} to ${percent(interval.high)}`;
}

/** The results in order of what a reader asks first. */
export function summaryRows(evaluation: Evaluation): SummaryRow[] {
  return [
    ...acquisitionRows(evaluation),
    ...verificationRows(evaluation),
    ...fnmrAtFmrRows(evaluation),
    ...lfwRows(evaluation),
    ...identificationRows(evaluation),
  ];
}

function acquisitionRows(
  { acquisition, verification, lostPairs, allImpostorPairs }: Evaluation,
): SummaryRow[] {
  const { photos, people, failures, fta, fte, unenrolled } = acquisition;
  const { impostorPairs, genuinePairs } = verification;
  const sampled = impostorPairs < allImpostorPairs
    ? `a sample of ${count(allImpostorPairs)}`
    : lostPairs > 0
    ? `${count(lostPairs)} listed pairs lost to photos without an embedding`
    : "";
  return [
    row("photos", count(photos), "", `of ${count(people)} people`),
    row(
      "FTA",
      percent(fta),
      "",
      `${
        count(failures.length)
      } photos gave no embedding and are in no rate below`,
    ),
    row(
      "FTE",
      percent(fte),
      "",
      `${
        count(unenrolled.length)
      } people have no usable photo and are in no rate below`,
    ),
    row("genuine pairs", count(genuinePairs)),
    row("impostor pairs", count(impostorPairs), "", sampled),
  ];
}

function verificationRows(
  { verification, threshold }: Evaluation,
): SummaryRow[] {
  const { atThreshold, intervals, eer, auc, dPrime } = verification;
  const plain = (interval: Interval | undefined, digits: number) =>
    interval === undefined
      ? ""
      : `${interval.low.toFixed(digits)} to ${interval.high.toFixed(digits)}`;
  const at = `at the threshold ${number(threshold)}`;
  return [
    row("FMR", percent(atThreshold.fmr), percentInterval(intervals.fmr), at),
    row("FNMR", percent(atThreshold.fnmr), percentInterval(intervals.fnmr), at),
    row(
      "EER",
      percent(eer.rate),
      percentInterval(intervals.eer),
      `at the threshold ${number(eer.threshold)}`,
    ),
    row("AUC", auc.toFixed(5), plain(intervals.auc, 5)),
    row("d'", dPrime.toFixed(2), plain(intervals.dPrime, 2)),
  ];
}

function fnmrAtFmrRows({ verification }: Evaluation): SummaryRow[] {
  const { fnmrAtFmr, intervals, peoplePairs } = verification;
  return targetFmrs.map((target, i) => {
    const name = `FNMR at FMR ${percent(target)}`;
    const cost = fnmrAtFmr[i];
    if (cost === undefined) {
      const needed = count(pairsNeeded(target));
      const note = `needs ${needed} pairs of people (rule of 3), here are ${
        count(peoplePairs)
      }`;
      return row(name, "not stated", "", note);
    }
    const support = cost.ruleOf30
      ? "rule of 30 met"
      : `rule of 30 not met: it would take ${count(Math.ceil(30 / target))} ` +
        `pairs of people, here are ${count(peoplePairs)}`;
    return row(
      name,
      percent(cost.fnmr),
      percentInterval(intervals.fnmrAtFmr[i]),
      `at the threshold ${number(cost.threshold)}; ${support}`,
    );
  });
}

function lfwRows({ lfw }: Evaluation): SummaryRow[] {
  if (lfw === null) return [];
  const { mean, standardError, folds } = lfw;
  return [
    row(
      "LFW-style accuracy",
      `${percent(mean)}`,
      `standard error ${percent(standardError)}`,
      `${folds.length} folds of the list`,
    ),
  ];
}

function identificationRows({ identification }: Evaluation): SummaryRow[] {
  if (identification === null) return [];
  const { searches, people, rank1, rank1Interval, at } = identification;
  const note = `${count(searches)} searches of ${count(people)} people, ` +
    "each photo among all others";
  return [
    row("rank-1", percent(rank1), percentInterval(rank1Interval), note),
    ...at.map(({ targetFpir, rates, interval }) => {
      const name = `DIR at FPIR ${percent(targetFpir)}`;
      if (rates !== null) {
        const at = `at the threshold ${number(rates.threshold)}`;
        return row(name, percent(rates.dir), percentInterval(interval), at);
      }
      const needed = Math.ceil(Math.log(0.05) / Math.log1p(-targetFpir));
      return row(name, "not stated", "", `needs ${count(needed)} people`);
    }),
  ];
}

function row(
  name: string,
  value: string,
  interval = "",
  note = "",
): SummaryRow {
  return { name, value, interval, note };
}

/** What a margin changes, as rows under a head; none where nothing was searched. */
export function marginRows({ identification }: Evaluation): string[][] {
  if (identification === null) return [];
  return [
    ["margin", "FPIR", "FNIR"],
    ...identification.margins.map(({ margin, fpir, fnir }) => [
      margin.toFixed(2),
      percent(fpir),
      percent(fnir),
    ]),
  ];
}

/** A count with thousands set apart. */
export function count(value: number): string {
  return value.toLocaleString("en");
}

function number(threshold: number): string {
  return Number.isFinite(threshold) ? threshold.toFixed(3) : "any";
}

/** The results for a terminal, as lines. */
export function summaryText(evaluation: Evaluation): string[] {
  const rows = summaryRows(evaluation)
    .map(({ name, value, interval, note }) => [name, value, interval, note]);
  const { failures } = evaluation.acquisition;
  return [
    `Model ${evaluation.modelId}, detector ${evaluation.detector}.`,
    ...fewPeople(evaluation),
    ...evaluation.warnings,
    ...columns(rows),
    errorCounts(evaluation),
    `${intervalMethod}`,
    ...marginText(evaluation),
    ...evaluation.breakdown.map(({ column, value, metrics }) =>
      `  ${column} = ${value}: FMR ${
        percent(metrics.atThreshold.fmr)
      } of ${metrics.impostorPairs}, ` +
      `FNMR ${percent(metrics.atThreshold.fnmr)} of ${metrics.genuinePairs}`
    ),
    ...evaluation.comparisons.flatMap(comparisonText),
    ...failures.map(({ kind, reason }) => `  ${kind}: ${reason}`),
  ];
}

/** Fewer people than this are too few to rely on: said first. */
const few = 30;

/** What so few people can show at best; nothing where they are many. */
export function fewPeople({ verification }: Evaluation): string[] {
  const { people, peoplePairs } = verification;
  if (people >= few) return [];
  return [
    `These are few people: even without a single error, ${
      count(people)
    } people with two photos ` +
    `show no more than an FNMR under ${percent(withoutErrors(people))}, and ${
      count(peoplePairs)
    } pairs of people an FMR under ${percent(withoutErrors(peoplePairs))}.`,
  ];
}

function marginText(evaluation: Evaluation): string[] {
  const rows = marginRows(evaluation);
  if (rows.length === 0) return [];
  return [
    `Searching all people at the threshold ${
      evaluation.threshold.toFixed(3)
    }, the second person at least a margin further away:`,
    ...columns(rows),
  ];
}

/** How many pairs the threshold decides wrongly, in one plain line. */
export function errorCounts({ verification, threshold }: Evaluation): string {
  const { falseMatches, falseNonMatches, genuinePairs, impostorPairs } =
    verification;
  return `At the threshold ${threshold.toFixed(3)}: ` +
    `${count(falseNonMatches)} of ${
      count(genuinePairs)
    } genuine pairs at or above it, ` +
    `${count(falseMatches)} of ${
      count(impostorPairs)
    } impostor pairs below it.`;
}

/** One comparison: each number both ways, and the difference with its interval. */
export function comparisonRows({ differences }: Comparison): string[][] {
  return differences.map(
    ({ metric, here, there, difference, interval, p }) => {
      const rate = metric !== "d'" && metric !== "AUC";
      const digits = metric === "AUC" ? 5 : 2;
      const show = (v: number) => rate ? percent(v) : v.toFixed(digits);
      const signed = (v: number) =>
        `${v > 0 ? "+" : v < 0 ? "-" : ""}${show(Math.abs(v))}`;
      return [
        metric,
        show(here),
        show(there),
        signed(difference),
        interval === undefined
          ? ""
          : `${signed(interval.low)} to ${signed(interval.high)}`,
        p < 0.001 ? "under 0.001" : p.toFixed(3),
      ];
    },
  );
}

/** What a comparison shows, and what it does not, in one sentence. */
export function comparisonWords(
  { differences, here, there }: Comparison,
): string {
  const of = (way: "here" | "there") =>
    differences.filter(({ better }) => better === way)
      .map(({ metric }) => metric);
  const says = ([name, metrics]: [string, string[]]) =>
    metrics.length === 0 ? [] : [`${name} is better in ${metrics.join(", ")}`];
  const said = [[here, of("here")], [there, of("there")]]
    .flatMap((each) => says(each as [string, string[]]));
  return said.length === 0
    ? `These people do not show that ${here} and ${there} differ.`
    : `${said.join("; ")}; the other differences may be chance.`;
}

function comparisonText(comparison: Comparison): string[] {
  const { here, there } = comparison;
  return [
    `${here} against ${there}, same photos:`,
    ...columns([
      ["", here, there, "difference", "95 % interval", "p (Holm)"],
      ...comparisonRows(comparison),
    ]),
    comparisonWords(comparison),
  ];
}

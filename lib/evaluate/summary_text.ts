import { columns } from "./columns.ts";
import type { Comparison, Evaluation } from "./evaluation.ts";
import { percent } from "./figure_frame.ts";
import { count, marginRows, summaryRows } from "./summary.ts";

/** The results for a terminal, as lines. */
export function summaryText(evaluation: Evaluation): string[] {
  const rows = summaryRows(evaluation)
    .map(({ name, value, interval, note }) => [name, value, interval, note]);
  const { failures } = evaluation.acquisition;
  return [
    `Model ${evaluation.modelId}, detector ${evaluation.detector}.`,
    ...columns(rows),
    errorCounts(evaluation),
    `Intervals: 95 %, bootstrap over people, ${evaluation.verification.replicates} replicates.`,
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
    ({ metric, here, there, difference, interval }) => {
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
      ];
    },
  );
}

function comparisonText(comparison: Comparison): string[] {
  const { here, there } = comparison;
  return [
    `${here} against ${there}, same photos:`,
    ...columns([
      ["", here, there, "difference", "95 % interval"],
      ...comparisonRows(comparison),
    ]),
  ];
}

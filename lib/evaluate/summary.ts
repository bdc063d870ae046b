import { counted } from "../words.ts";
import type { Evaluation } from "./evaluation.ts";
import { percent } from "./figure_frame.ts";
import { withoutErrors } from "./intervals.ts";
import { sectionsOf } from "./tables.ts";

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

/** What to know before any number: how little so few people show, and what was omitted. */
export function warnings({ verification, warnings }: Evaluation): string[] {
  const { people, peoplePairs } = verification;
  if (people >= few) return [...warnings];
  const [fnmr, fmr] = [people, peoplePairs].map((n) =>
    percent(withoutErrors(n))
  );
  return [
    `These are few people: even without a single error, ${people} people with two photos ` +
    `show no more than an FNMR under ${fnmr}, and ${
      counted(peoplePairs, "pair")
    } of people an FMR under ${fmr}.`,
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

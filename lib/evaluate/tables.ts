import { counted } from "../words.ts";
import type { Comparison, Evaluation } from "./evaluation.ts";
import { percent } from "./figure_frame.ts";
import { withoutErrors } from "./intervals.ts";
import {
  atThe,
  count,
  intervalText,
  measures,
  type Section,
} from "./measures.ts";

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

import type { Comparison, Evaluation } from "./evaluation.ts";
import { percent } from "./figure_frame.ts";
import {
  atThe,
  count,
  intervalText,
  measures,
  type Section,
} from "./measures.ts";

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

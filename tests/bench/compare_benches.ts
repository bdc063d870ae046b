import { quantile } from "d3-array";
import { median } from "./stopwatch.ts";

/** One number of two programs' reports. */
export interface BenchChange {
  /** Where it stands, e.g. "photos.0.ms.detect". */
  readonly name: string;
  /** Median of the reports. */
  readonly before: number;
  readonly after: number;
  /** after / before, paired report by report: the median, and the middle half of them. */
  readonly ratio: number;
  readonly low: number;
  readonly high: number;
}

/**
 * Every number that all reports share, in the first one's order; the machine's own left out.
 *
 * @param before reports of one program
 * @param after as many of the other, each measured beside its like
 */
export function compareBenches(
  before: readonly unknown[],
  after: readonly unknown[],
): BenchChange[] {
  const all = [before, after].map((reports) =>
    reports.map((report) => new Map(numbersOf(report)))
  ) as [Map<string, number>[], Map<string, number>[]];
  return [...all[0][0]!.keys()].flatMap((name) => {
    const [earlier, later] = all.map((reports) =>
      reports.map((report) => report.get(name) ?? NaN)
    ) as [number[], number[]];
    const ratios = later.map((value, i) => value / earlier[i]!);
    return name.startsWith("machine.") || ratios.some(Number.isNaN) ? [] : [{
      name,
      before: median(earlier),
      after: median(later),
      ratio: median(ratios),
      low: quantile(ratios, 0.25)!,
      high: quantile(ratios, 0.75)!,
    }];
  });
}

function* numbersOf(
  value: unknown,
  name: string[] = [],
): Generator<[string, number]> {
  if (typeof value === "number") yield [name.join("."), value];
  if (typeof value !== "object" || value === null) return;
  for (const [key, part] of Object.entries(value)) {
    yield* numbersOf(part, [...name, key]);
  }
}

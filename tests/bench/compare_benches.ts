/** One number of two reports. */
export interface BenchChange {
  /** Where it stands, e.g. "photos.0.ms.detect". */
  readonly name: string;
  readonly before: number;
  readonly after: number;
  /** after / before */
  readonly ratio: number;
}

/** Every number that two reports share, in the first one's order; the machine's own left out. */
export function compareBenches(before: unknown, after: unknown): BenchChange[] {
  const later = new Map(numbersOf(after));
  return [...numbersOf(before)].flatMap(([name, value]) => {
    const other = later.get(name);
    return other === undefined || name.startsWith("machine.")
      ? []
      : [{ name, before: value, after: other, ratio: other / value }];
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

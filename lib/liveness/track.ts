/** What is shown over time, such as colours or the place of a dot. */
export interface Track {
  /** Rows of a moment (ms since it began) and the values then; between rows the values change evenly. */
  readonly rows: number[][];
  /** When what was seen of it is weighed, ms since it began; the last is its end. */
  readonly looksMs: number[];
}

/** The values of a moment, ms since the track began; before and after it the first and the last. */
export function valuesAt({ rows }: Track, atMs: number): number[] {
  const after = rows.findIndex(([ms]) => ms! > atMs);
  if (after <= 0) return rows.at(after === 0 ? 0 : -1)!.slice(1);
  const [fromMs, ...from] = rows[after - 1]!;
  const [toMs, ...to] = rows[after]!;
  const share = (atMs - fromMs!) / (toMs! - fromMs!);
  return from.map((value, i) => value + share * (to[i]! - value));
}

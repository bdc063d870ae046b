/** Residuals of a linear least squares fit. @param terms a row for each value */
export function residuals(
  terms: readonly (readonly number[])[],
  values: readonly number[],
): number[] {
  // Gram and Schmidt: each term's part that the earlier ones do not make up is taken out in turn.
  let left = [...values];
  const basis: number[][] = [];
  for (let k = 0; k < terms[0]!.length; k++) {
    let column = terms.map((row) => row[k]!);
    const before = dot(column, column);
    for (const unit of basis) column = without(column, unit);
    const after = dot(column, column);
    if (after <= before * 1e-9) continue;
    const unit = column.map((value) => value / Math.sqrt(after));
    basis.push(unit);
    left = without(left, unit);
  }
  return left;
}

function without(values: readonly number[], unit: readonly number[]): number[] {
  const share = dot(values, unit);
  return values.map((value, i) => value - share * unit[i]!);
}

/**
 * How much later than what was asked its like was seen, and how well the two then correlate: Pearson's,
 * mean of the series; -1 when none of it is a number.
 *
 * @param asked series as they would look if seen so much later, ms; their means taken out
 * @param seen as many series, their means taken out
 */
export function bestDelay(
  asked: (delayMs: number) => readonly (readonly number[])[],
  seen: readonly (readonly number[])[],
  { longestMs, stepMs }: { longestMs: number; stepMs: number },
): { delayMs: number; follows: number } {
  let best = { delayMs: 0, follows: -1 };
  for (let delayMs = 0; delayMs <= longestMs; delayMs += stepMs) {
    const correlations = asked(delayMs).map((a, i) => {
      const b = seen[i]!;
      return dot(a, b) / Math.sqrt(dot(a, a) * dot(b, b));
    });
    const follows = mean(correlations);
    if (follows > best.follows) best = { delayMs, follows };
  }
  return best;
}

export function dot(a: readonly number[], b: readonly number[]): number {
  return a.reduce((sum, value, i) => sum + value * b[i]!, 0);
}

export function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

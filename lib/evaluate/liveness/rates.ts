/** How often something happened. */
export interface Rate {
  readonly count: number;
  readonly of: number;
  /** count / of */
  readonly rate: number;
  /** Two-sided 95 % interval, were the tries independent. */
  readonly atLeast: number;
  readonly atMost: number;
}

/**
 * A rate with its exact 95 % interval (Clopper and Pearson, Biometrika 26, 1934); for none in n it
 * ends at about 3.7 / n.
 */
export function rateOf(count: number, of: number): Rate {
  return {
    count,
    of,
    rate: count / of,
    atLeast: count === 0 ? 0 : 1 - upperEnd(of - count, of),
    atMost: upperEnd(count, of),
  };
}

/** The rate at which so few have a chance of 2.5 %, found by halving. */
function upperEnd(count: number, of: number): number {
  if (count === of) return 1;
  let [low, high] = [count / of, 1];
  for (let step = 0; step < 50; step++) {
    const middle = (low + high) / 2;
    if (chanceOfAtMost(count, of, middle) > 0.025) low = middle;
    else high = middle;
  }
  return high;
}

/** Chance of at most so many in n at a rate: the binomial distribution, summed. */
function chanceOfAtMost(count: number, of: number, rate: number): number {
  let logTerm = of * Math.log1p(-rate);
  let sum = Math.exp(logTerm);
  for (let k = 1; k <= count; k++) {
    logTerm += Math.log((of - k + 1) / k) + Math.log(rate) - Math.log1p(-rate);
    sum += Math.exp(logTerm);
  }
  return sum;
}

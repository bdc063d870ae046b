import { sum } from "d3-array";
import { type Interval, rateInterval } from "../intervals.ts";

/** How often something happened, of how many tries. */
export interface Count {
  readonly count: number;
  readonly of: number;
}

/** How often something happened, with the 95 % interval that its people support. */
export interface Rate extends Count, Interval {
  /** count / of */
  readonly rate: number;
}

/**
 * The rate of several people's tries together. Tries of one person are alike, so people count, as
 * in every rate of `evaluate` (`rateInterval`): 0 of 20 over four people is four people.
 */
export function rateOf(people: readonly Count[]): Rate {
  const rateAmong = (some: readonly Count[]) =>
    sum(some, ({ count }) => count) / sum(some, ({ of }) => of);
  const of = sum(people, (person) => person.of);
  const rate = rateAmong(people);
  const leftOut = people.map((person) =>
    rateAmong(people.filter((each) => each !== person))
  );
  const support = { trials: of, units: people.length, worth: people.length };
  const interval = rateInterval(rate, leftOut, support) ?? { low: 0, high: 1 };
  return { count: sum(people, ({ count }) => count), of, rate, ...interval };
}

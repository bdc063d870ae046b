import {
  looksLikePicture,
  type PassiveScores,
} from "../../liveness/passive_scores.ts";
import type { Ending, Outcome } from "./play.ts";

/** How often something went wrong. */
export interface Rate {
  readonly errors: number;
  readonly of: number;
  /** errors / of */
  readonly rate: number;
  /** The true rate lies below this with 95 % confidence, were the presentations independent. */
  readonly atMost: number;
}

/** The lowest, mean and highest of some scores. */
export interface Spread {
  readonly lowest: number;
  readonly mean: number;
  readonly highest: number;
}

/** What became of the presentations of one kind. */
export interface KindResult {
  readonly kind: string;
  /** BPCER for live presentations (refused), APCER for attacks (accepted). */
  readonly error: Rate;
  /** How many ended in each way. */
  readonly endings: Partial<Record<Ending, number>>;
  /** Mean scores of the straight frames, over presentations; null where none had one. */
  readonly passive: Record<keyof PassiveScores, Spread> | null;
  /** How many the passive rule alone would refuse. */
  readonly passiveRefuses: number;
}

/** Counts the outcomes of one kind. @param isError which endings are errors */
export function summarise(
  kind: string,
  outcomes: readonly Outcome[],
  isError: (ending: Ending) => boolean,
  floors: PassiveScores,
): KindResult {
  const endings: Partial<Record<Ending, number>> = {};
  for (const { ending } of outcomes) {
    endings[ending] = (endings[ending] ?? 0) + 1;
  }
  const scores = outcomes.flatMap(({ passive }) => passive ?? []);
  const errors = outcomes.filter(({ ending }) => isError(ending)).length;
  return {
    kind,
    error: rateOf(errors, outcomes.length),
    endings,
    passive: scores.length === 0 ? null : {
      antispoof: spread(scores.map(({ antispoof }) => antispoof)),
      liveness: spread(scores.map(({ liveness }) => liveness)),
    },
    passiveRefuses:
      scores.filter((each) => looksLikePicture(each, floors)).length,
  };
}

/**
 * A rate with the upper end of its one-sided 95 % interval (Clopper and Pearson, Biometrika 26,
 * 1934); for no error in n, about 3 / n, the rule of three.
 */
export function rateOf(errors: number, of: number): Rate {
  return { errors, of, rate: errors / of, atMost: upperEnd(errors, of) };
}

/** The rate at which so few errors have a chance of 5 %, found by halving. */
function upperEnd(errors: number, of: number): number {
  if (errors === of) return 1;
  let [low, high] = [errors / of, 1];
  for (let step = 0; step < 50; step++) {
    const middle = (low + high) / 2;
    if (chanceOfAtMost(errors, of, middle) > 0.05) low = middle;
    else high = middle;
  }
  return high;
}

/** Chance of at most so many errors in n at a rate: the binomial distribution, summed. */
function chanceOfAtMost(errors: number, of: number, rate: number): number {
  let logTerm = of * Math.log1p(-rate);
  let sum = Math.exp(logTerm);
  for (let k = 1; k <= errors; k++) {
    logTerm += Math.log((of - k + 1) / k) + Math.log(rate) - Math.log1p(-rate);
    sum += Math.exp(logTerm);
  }
  return sum;
}

function spread(values: readonly number[]): Spread {
  return {
    lowest: Math.min(...values),
    mean: values.reduce((sum, value) => sum + value, 0) / values.length,
    highest: Math.max(...values),
  };
}

import { sum } from "d3-array";
import type { Challenge } from "../../lib/liveness/challenge.ts";
import type { Pace } from "../../lib/liveness/light_sequence.ts";
import { type Interval, rateInterval } from "../../lib/evaluate/intervals.ts";

/** Why a challenge did not pass. */
type Refusal = Exclude<Challenge["verdict"], string>;

/** One try: how it ended. */
export interface Try {
  readonly kind: string;
  /** Whether it is of a live person. */
  readonly live: boolean;
  readonly person: string;
  /** Tone of the skin; null where it is not known. */
  readonly skin: string | null;
  /** The white screen's light on the face over the room's; null where it was not composed. */
  readonly share: number | null;
  readonly pace: Pace;
  /** Null where it passed. */
  readonly light: Refusal | { readonly kind: "too-late" } | null;
  readonly motion: Try["light"];
  /** What the light showed; null when the try ended before. */
  readonly evidence: Challenge["light"];
}

/** How a challenge that is over, or whose frames are, ended: by the light, and by the movements. */
export function endOf(
  { verdict, stage, light: evidence }: Challenge,
): Pick<Try, "light" | "motion" | "evidence"> {
  const reason = verdict === "passed"
    ? null
    : verdict === "pending"
    ? { kind: "too-late" } as const
    : verdict;
  return stage === "motion" || reason === null
    ? { light: null, motion: reason, evidence }
    : { light: reason, motion: null, evidence };
}

/** How often something happened, of how many tries. */
interface Count {
  readonly count: number;
  readonly of: number;
}

/** How often something happened, with the 95 % interval that its people support. */
interface Rate extends Count, Interval {
  /** count / of */
  readonly rate: number;
}

/** One row: tries of one kind, and of live people of one share of light. */
export interface LivenessRow {
  readonly kind: string;
  /** Null where it varies. */
  readonly share: number | null;
  readonly pace: Pace;
  readonly live: boolean;
  /** BPCER of live people and APCER of attacks by the light, by the dot, and by both as the default policy asks. */
  readonly byLight: Rate;
  readonly byMotion: Rate;
  readonly byBoth: Rate;
  /** The last of each person, with the skin's tone where it is known. */
  readonly byPerson: Readonly<Record<string, Count>>;
  /** Why tries did not pass, and how many. */
  readonly reasons: Readonly<Record<string, number>>;
}

/** A row for each pace, kind of tries and share of light on live people, live people first. */
export function rowsOf(tries: readonly Try[]): LivenessRow[] {
  const alike = Map.groupBy(
    tries,
    ({ kind, live, share, pace }) => `${pace} ${kind} ${live ? share : ""}`,
  );
  return [...alike.values()].map(rowOf)
    .sort((a, b) => Number(b.live) - Number(a.live));
}

function rowOf(tries: readonly Try[]): LivenessRow {
  const { kind, live, share, pace } = tries[0]!;
  const people = [...Map.groupBy(
    tries,
    ({ person, skin }) => skin === null ? person : `${person} (${skin})`,
  )];
  const errors = (some: readonly Try[], ...by: ("light" | "motion")[]) => ({
    count:
      some.filter((each) => by.every((stage) => each[stage] === null) !== live)
        .length,
    of: some.length,
  });
  const rate = (...by: ("light" | "motion")[]) =>
    rateOf(people.map(([, own]) => errors(own, ...by)));
  const reasons: Record<string, number> = {};
  for (const { light, motion } of tries) {
    const reason = (light ?? motion)?.kind;
    if (reason !== undefined) reasons[reason] = (reasons[reason] ?? 0) + 1;
  }
  return {
    kind,
    share: live ? share : null,
    pace,
    live,
    byLight: rate("light"),
    byMotion: rate("motion"),
    byBoth: rate("light", "motion"),
    byPerson: Object.fromEntries(
      people.map(([name, own]) => [name, errors(own, "light", "motion")]),
    ),
    reasons,
  };
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

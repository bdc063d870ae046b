import { ascending, descending } from "d3-array";
import type { Dataset } from "./dataset.ts";
import type { PairScores, ScoreSet } from "./pair_scores.ts";

/** One pair of photos by their index in the data set. */
interface ShownPair {
  readonly a: number;
  readonly b: number;
  readonly distance: number;
}

/** Two people whose photos are taken for one person's. */
interface Confusion {
  readonly people: readonly [string, string];
  readonly pairs: number;
  readonly falseMatches: number;
  readonly nearest: number;
}

/** Most people, and most couples, that are listed. */
const mostListed = 100;

/** How often each person's pairs are decided wrongly at a threshold, most errors first. */
export function errorsByPerson(
  { people }: Dataset,
  { genuine, impostor, person }: ScoreSet,
  threshold: number,
) {
  const rows = people.map((name) => ({
    person: name,
    genuinePairs: 0,
    falseNonMatches: 0,
    impostorPairs: 0,
    falseMatches: 0,
  }));
  genuine.distance.forEach((distance, i) => {
    const row = rows[person[genuine.a[i]!]!]!;
    row.genuinePairs++;
    if (distance >= threshold) row.falseNonMatches++;
  });
  impostor.distance.forEach((distance, i) => {
    for (const photo of [impostor.a[i]!, impostor.b[i]!]) {
      const row = rows[person[photo]!]!;
      row.impostorPairs++;
      if (distance < threshold) row.falseMatches++;
    }
  });
  return rows.sort((one, other) =>
    descending(one.falseNonMatches, other.falseNonMatches) ||
    descending(one.falseMatches, other.falseMatches) ||
    ascending(one.person, other.person)
  ).slice(0, mostListed);
}

/** Couples of people with a pair under the threshold, most of them first. */
export function confusions(
  { people }: Dataset,
  { impostor, person }: ScoreSet,
  threshold: number,
): Confusion[] {
  const found = new Map<number, Confusion & { pairs: number }>();
  const { distance } = impostor;
  for (let i = 0; i < distance.length; i++) {
    if (distance[i]! >= threshold) continue;
    const key = coupleOf(person, people.length, impostor, i);
    const known = found.get(key);
    found.set(key, {
      people: [
        people[Math.floor(key / people.length)]!,
        people[key % people.length]!,
      ],
      pairs: 0,
      falseMatches: (known?.falseMatches ?? 0) + 1,
      nearest: Math.min(known?.nearest ?? Infinity, distance[i]!),
    });
  }
  if (found.size === 0) return [];
  for (let i = 0; i < distance.length; i++) {
    const couple = found.get(coupleOf(person, people.length, impostor, i));
    if (couple !== undefined) couple.pairs++;
  }
  return [...found.values()].sort((one, other) =>
    descending(one.falseMatches, other.falseMatches) ||
    ascending(one.nearest, other.nearest)
  ).slice(0, mostListed);
}

/** A number for the two people of a pair, whichever comes first. */
function coupleOf(
  person: Uint32Array,
  people: number,
  { a, b }: PairScores,
  pair: number,
): number {
  const [one, other] = [person[a[pair]!]!, person[b[pair]!]!];
  return Math.min(one, other) * people + Math.max(one, other);
}

/**
 * The pairs at one end of the distances, in order, one of each couple of people (or of each person).
 *
 * @param sign 1 for the nearest, -1 for the farthest
 */
export function extremePairs(
  { person, people }: ScoreSet,
  pairs: PairScores,
  sign: 1 | -1,
  count = 6,
): ShownPair[] {
  const { distance, a, b } = pairs;
  let found: (ShownPair & { couple: number })[] = [];
  for (let i = 0; i < distance.length; i++) {
    const last = found[count - 1];
    if (last && sign * distance[i]! >= sign * last.distance) continue;
    const couple = coupleOf(person, people, pairs, i);
    const same = found.find((pair) => pair.couple === couple);
    if (same && sign * distance[i]! >= sign * same.distance) continue;
    found = [
      ...found.filter((pair) => pair !== same),
      { a: a[i]!, b: b[i]!, distance: distance[i]!, couple },
    ].sort((one, other) => sign * (one.distance - other.distance))
      .slice(0, count);
  }
  return found.map(({ couple: _, ...pair }) => pair);
}

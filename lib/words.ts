import { closest, distance } from "fastest-levenshtein";

/** "1 photo", "17 photos", "0 people". @param many "one" with an s unless told */
export function counted(count: number, one: string, many = `${one}s`): string {
  return `${count.toLocaleString("en")} ${count === 1 ? one : many}`;
}

/**
 * The end of a sentence about a word that is none of these names: "; did you mean andrew?" where one
 * is near, so that at most a third of the letters would have to change, or else a full stop.
 */
export function didYouMean(word: string, names: readonly string[]): string {
  if (names.length === 0) return ".";
  const folded = word.toLowerCase();
  const nearest = closest(folded, names.map((name) => name.toLowerCase()));
  const name = names.find((each) => each.toLowerCase() === nearest)!;
  return distance(folded, nearest) * 3 <= Math.max(word.length, 3)
    ? `; did you mean ${name}?`
    : ".";
}

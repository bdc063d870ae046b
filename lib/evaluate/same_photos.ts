import { group } from "d3-array";
import { NothingToCompareError } from "../errors.ts";
import type { Dataset } from "./dataset.ts";
import type { PhotoOutcome } from "./embed_photos.ts";
import type { Vectors } from "./score_pairs.ts";

/**
 * The vectors of embedded photos, null for the others and for copies: a photo that is there twice
 * would be compared with itself. Equal files are known by their SHA-256.
 *
 * @throws NothingToCompareError when equal files lie under two people.
 */
export function distinctVectors(
  { photos, people }: Dataset,
  outcomes: readonly PhotoOutcome[],
): { vectors: Vectors; warnings: string[] } {
  const vectors = outcomes.map((outcome) =>
    outcome.kind === "embedded" ? outcome.vector : null
  );
  const warnings: string[] = [];
  const equal = group(
    [...outcomes.entries()].filter(([, { kind }]) => kind === "embedded"),
    ([, outcome]) => outcome.kind === "embedded" ? outcome.sha256 : "",
  );
  for (const [[first], ...copies] of equal.values() as Iterable<Copies>) {
    for (const [copy] of copies) {
      const [one, other] = [photos[first]!, photos[copy]!];
      if (one.person !== other.person) {
        throw new NothingToCompareError(
          `${one.path} of ${people[one.person]} and ${other.path} of ${
            people[other.person]
          } are the same file; a photo shows one person: remove it from the wrong one.`,
        );
      }
      warnings.push(
        `Omitted ${other.path}: it is the same file as ${one.path}.`,
      );
      vectors[copy] = null;
    }
  }
  return { vectors, warnings };
}

type Copies = [[number, PhotoOutcome], ...[number, PhotoOutcome][]];

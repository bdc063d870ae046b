import { euclideanDistance } from "../match/distance.ts";
import { NothingToCompareError } from "../errors.ts";
import type { Dataset } from "./dataset.ts";
import type { PhotoOutcome } from "./embed_photos.ts";
import { lfwAccuracy } from "./error_rates.ts";
import { PairList, type ScoreSet } from "./pair_scores.ts";
import { group, rollup, sum } from "d3-array";
import { randomLcg } from "d3-random";
import { counted } from "../words.ts";

/** Most impostor pairs of an all-against-all comparison; of more, a seeded sample is drawn. */
const mostImpostorPairs = 10_000_000;

/** Distances of a data set's pairs. */
interface PairScoring {
  readonly set: ScoreSet;
  /** Pairs that a list names but for which a photo has no embedding. */
  readonly lostPairs: number;
  /** Impostor pairs there would have been without sampling. */
  readonly allImpostorPairs: number;
  /** Null where there is no list, or it has no folds. */
  readonly lfw: ReturnType<typeof lfwAccuracy> | null;
}

/** Whom photos show. */
interface WhoIsWho {
  readonly photos: readonly { readonly person: number }[];
  readonly people: readonly string[];
}

/** A vector per photo, null where the photo has none. */
export type Vectors = readonly (Float32Array | null)[];

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

/**
 * Computes the distance of each pair that counts and whose photos both have an embedding.
 *
 * @throws NothingToCompareError when there is no pair of one kind.
 */
export function scorePairs(dataset: Dataset, vectors: Vectors): PairScoring {
  const scoring = dataset.pairs === null
    ? scoreAll(dataset, vectors)
    : scoreListed(dataset, vectors);
  const { genuine, impostor } = scoring.set;
  if (genuine.distance.length > 0 && impostor.distance.length > 0) {
    return scoring;
  }
  const embedded = vectors.filter((vector) => vector !== null).length;
  throw new NothingToCompareError(
    `${embedded} of ${dataset.photos.length} photos of ${
      counted(dataset.people.length, "person", "people")
    } ` +
      `gave ${genuine.distance.length} genuine and ${impostor.distance.length} impostor pairs; ` +
      "it takes one of each kind.",
  );
}

/** Compares every two photos that have a vector once. */
export function scoreAll(
  dataset: WhoIsWho,
  vectors: Vectors,
): PairScoring {
  const { photos } = dataset;
  const usable = [...photos.keys()].filter((i) => vectors[i]);
  const choose2 = (n: number) => n * (n - 1) / 2;
  const perPerson = rollup(
    usable,
    (own) => choose2(own.length),
    (i) => photos[i]!.person,
  );
  const genuineCount = sum(perPerson.values());
  const allImpostorPairs = choose2(usable.length) - genuineCount;
  const share = Math.min(1, mostImpostorPairs / allImpostorPairs);
  const genuine = new PairList(genuineCount);
  const impostor = new PairList(Math.ceil(allImpostorPairs * share * 1.01));
  const random = randomLcg(3);
  for (let i = 0; i < usable.length; i++) {
    const a = usable[i]!;
    for (let j = i + 1; j < usable.length; j++) {
      const b = usable[j]!;
      const same = photos[a]!.person === photos[b]!.person;
      if (!same && share < 1 && random() >= share) continue;
      const distance = euclideanDistance(vectors[a]!, vectors[b]!);
      (same ? genuine : impostor).add(distance, a, b);
    }
  }
  return {
    set: toSet(dataset, genuine, impostor),
    lostPairs: 0,
    allImpostorPairs,
    lfw: null,
  };
}

function scoreListed(dataset: Dataset, vectors: Vectors): PairScoring {
  const pairs = dataset.pairs!.flatMap(({ a, b, same, fold }) => {
    const [one, other] = [vectors[a], vectors[b]];
    return one && other
      ? [{ a, b, same, fold, distance: euclideanDistance(one, other) }]
      : [];
  });
  const genuine = new PairList(pairs.length);
  const impostor = new PairList(pairs.length);
  for (const { a, b, same, distance } of pairs) {
    (same ? genuine : impostor).add(distance, a, b);
  }
  const folded = pairs.flatMap(({ fold, ...pair }) =>
    fold === null ? [] : [{ ...pair, fold }]
  );
  const set = toSet(dataset, genuine, impostor);
  return {
    set,
    lostPairs: dataset.pairs!.length - pairs.length,
    allImpostorPairs: set.impostor.distance.length,
    lfw: folded.length === 0 ? null : lfwAccuracy(folded),
  };
}

function toSet(
  { photos, people }: WhoIsWho,
  genuine: PairList,
  impostor: PairList,
): ScoreSet {
  return {
    genuine: genuine.scores(),
    impostor: impostor.scores(),
    person: Uint32Array.from(photos, ({ person }) => person),
    people: people.length,
  };
}

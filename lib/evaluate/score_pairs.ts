import { euclideanDistance } from "../match/distance.ts";
import { NothingToCompareError } from "../errors.ts";
import type { Dataset } from "./dataset.ts";
import type { FoldedPairs } from "./lfw_accuracy.ts";
import { PairList, type ScoreSet } from "./pair_scores.ts";
import { randomLcg } from "d3-random";

/** Most impostor pairs of an all-against-all comparison; of more, a seeded sample is drawn. */
const mostImpostorPairs = 10_000_000;

/** Distances of a data set's pairs. */
interface PairScoring {
  readonly set: ScoreSet;
  /** Pairs that a list names but for which a photo has no embedding. */
  readonly lostPairs: number;
  /** Impostor pairs there would have been without sampling. */
  readonly allImpostorPairs: number;
  /** The list's own folds, where it has them. */
  readonly folds: FoldedPairs | null;
}

/** A vector per photo, null where the photo has none. */
export type Vectors = readonly (Float32Array | null)[];

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
  const people = dataset.people.length;
  throw new NothingToCompareError(
    `${embedded} of ${dataset.photos.length} photos of ${people} ${
      people === 1 ? "person" : "people"
    } ` +
      `gave ${genuine.distance.length} genuine and ${impostor.distance.length} impostor pairs; ` +
      "it takes one of each kind.",
  );
}

function scoreAll(dataset: Dataset, vectors: Vectors): PairScoring {
  const { photos } = dataset;
  const usable = photos.map((_, i) => i).filter((i) => vectors[i]);
  const perPerson = new Map<number, number>();
  for (const i of usable) {
    const { person } = photos[i]!;
    perPerson.set(person, (perPerson.get(person) ?? 0) + 1);
  }
  const choose2 = (n: number) => n * (n - 1) / 2;
  const genuineCount = [...perPerson.values()]
    .reduce((sum, n) => sum + choose2(n), 0);
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
    folds: null,
  };
}

function scoreListed(dataset: Dataset, vectors: Vectors): PairScoring {
  const pairs = dataset.pairs!.filter(({ a, b }) => vectors[a] && vectors[b]);
  const genuine = new PairList();
  const impostor = new PairList();
  const distances = Float32Array.from(
    pairs,
    ({ a, b }) => euclideanDistance(vectors[a]!, vectors[b]!),
  );
  pairs.forEach(({ a, b, same }, i) => {
    (same ? genuine : impostor).add(distances[i]!, a, b);
  });
  const set = toSet(dataset, genuine, impostor);
  const folded = pairs.length > 0 && pairs.every(({ fold }) => fold !== null);
  return {
    set,
    lostPairs: dataset.pairs!.length - pairs.length,
    allImpostorPairs: set.impostor.distance.length,
    folds: !folded ? null : {
      distance: distances,
      same: Uint8Array.from(pairs, ({ same }) => Number(same)),
      fold: Uint8Array.from(pairs, ({ fold }) => fold!),
      folds: 1 + Math.max(...pairs.map(({ fold }) => fold!)),
    },
  };
}

function toSet(
  { photos, people }: Dataset,
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

import { UsageError } from "../errors.ts";
import { listPhotos } from "../recognize/photo_files.ts";

/** A photo to be evaluated on. */
interface DatasetPhoto {
  /** Where it lies. */
  readonly path: string;
  /** What reports call it. */
  readonly name: string;
  /** Whom it shows: an index into `people`. */
  readonly person: number;
}

/** A pair that a list names. */
interface ListedPair {
  /** Index of a photo. */
  readonly a: number;
  /** Index of another photo. */
  readonly b: number;
  /** Whether the list says that both show one person. */
  readonly same: boolean;
  /** Which of the list's folds it belongs to; null where the list has none. */
  readonly fold: number | null;
}

/** Photos, whom they show, and which pairs of them count. */
export interface Dataset {
  readonly photos: readonly DatasetPhoto[];
  readonly people: readonly string[];
  /** Null means every pair of photos. */
  readonly pairs: readonly ListedPair[] | null;
  /** What was omitted while reading, for a person. */
  readonly warnings: readonly string[];
}

/** Collects photos and people, each once. */
export class DatasetBuilder {
  readonly #photos: DatasetPhoto[] = [];
  readonly #paths = new Map<string, number>();
  readonly #people = new Map<string, number>();

  /** Index of a photo, which is added when it is new. */
  photo(path: string, name: string, person: string): number {
    const index = numberOf(this.#paths, path);
    this.#photos[index] ??= {
      path,
      name,
      person: numberOf(this.#people, person),
    };
    return index;
  }

  build(pairs: readonly ListedPair[] | null): Dataset {
    const [photos, people] = [this.#photos, [...this.#people.keys()]];
    return pairs === null
      ? { photos, people, pairs, warnings: [] }
      : { photos, people, ...distinctPairs(pairs, photos) };
  }
}

/** The number of a word, which gets the next one when it is new. */
function numberOf(numbers: Map<string, number>, word: string): number {
  const number = numbers.get(word) ?? numbers.size;
  numbers.set(word, number);
  return number;
}

/**
 * Each pair once, none of a photo with itself.
 *
 * @throws UsageError when a pair is listed as the same person and as two.
 */
function distinctPairs(
  listed: readonly ListedPair[],
  photos: readonly DatasetPhoto[],
): Pick<Dataset, "pairs" | "warnings"> {
  const seen = new Map<string, ListedPair>();
  let [itself, again] = [0, 0];
  for (const pair of listed) {
    const [a, b] = [Math.min(pair.a, pair.b), Math.max(pair.a, pair.b)];
    const known = seen.get(`${a} ${b}`);
    if (a === b) itself++;
    else if (known === undefined) seen.set(`${a} ${b}`, pair);
    else if (known.same === pair.same) again++;
    else {
      throw new UsageError(
        `${photos[a]!.path} and ${
          photos[b]!.path
        } are listed as the same person and as two; decide which.`,
      );
    }
  }
  const omitted = (count: number, what: string) =>
    count === 0 ? [] : [`Omitted ${count} listed ${what}.`];
  return {
    pairs: [...seen.values()],
    warnings: [
      ...omitted(itself, "pairs of a photo with itself"),
      ...omitted(again, "pairs that were listed before"),
    ],
  };
}

/**
 * Reads folders that hold a folder per person. Folders of one name are one person, also across
 * roots; photos directly in a root belong to `user`. Every pair of photos counts.
 *
 * @throws PhotoError when a root does not exist or holds no photo.
 */
export async function readFolders(
  roots: readonly string[],
  user: string,
): Promise<Dataset> {
  const builder = new DatasetBuilder();
  for (const root of roots) {
    for (const photo of await listPhotos(root, user)) {
      builder.photo(photo.path, photo.name, photo.user);
    }
  }
  return builder.build(null);
}

import { StoreModelError, UsageError } from "../errors.ts";
import type { Template } from "../match/gallery.ts";
import type { PutOutcome, StoreModel } from "./embedding_store.ts";

/** Longest name of a user or photo, in UTF-16 units: file systems take 255 bytes, indexes 2,700. */
const LONGEST_NAME = 255;

/**
 * The model a store is opened with: the one that is asked for, or else the one whose embeddings it
 * holds; one without templates belongs to none yet.
 *
 * @throws StoreModelError when they are not the same.
 */
export function openedModel(
  place: string,
  asked: StoreModel | null,
  held: StoreModel | null,
): StoreModel {
  const model = asked ?? held ?? { modelId: "none", dimensions: 1 };
  if (held !== null) requireSameModel(place, held, model);
  return model;
}

/**
 * Refuses a store that holds another model's embeddings: distances between them mean nothing.
 *
 * @throws StoreModelError naming both models and the two ways out.
 */
export function requireSameModel(
  place: string,
  held: StoreModel,
  wanted: StoreModel,
): void {
  if (
    held.modelId === wanted.modelId && held.dimensions === wanted.dimensions
  ) return;
  throw new StoreModelError(
    `${place} holds embeddings of ${
      modelText(held)
    }, but the settings ask for ${
      modelText(wanted)
    }; put the model setting back, or embed everybody again with \`deno task users reembed\``,
  );
}

/**
 * Refuses templates that cannot belong to a store of this model.
 *
 * @throws StoreModelError when a vector has another length or holds a number that is not finite.
 * @throws UsageError when a name is too long or holds a character that no file or database takes.
 */
export function requireFittingTemplates(
  model: StoreModel,
  templates: readonly Pick<Template, "user" | "photo" | "vector">[],
): void {
  for (const { user, photo, vector } of templates) {
    requireName(user);
    requireName(photo);
    if (vector.length !== model.dimensions) {
      throw new StoreModelError(
        `the embedding of ${photo} (${user}) has ${vector.length} numbers, but ${
          modelText(model)
        } makes ${model.dimensions}; register the photo with the store's model`,
      );
    }
    if (!vector.every(Number.isFinite)) {
      throw new StoreModelError(
        `the embedding of ${photo} (${user}) holds a number that is not finite; register the photo again`,
      );
    }
  }
}

/**
 * Refuses to give a user's templates to a name that is taken for another user's, or to no name.
 *
 * @param alike users whose name is taken for the new one
 * @throws UsageError
 */
export function requireFreeName(
  newName: string,
  user: string,
  alike: readonly string[],
): void {
  requireName(newName);
  const by = alike.find((other) => other !== user || other === newName);
  if (by === undefined) return;
  throw new UsageError(
    `${by} is registered already; choose another name than ${newName}, or remove ${by} first`,
  );
}

/** Names a template among all of a store. */
export function templateKey(
  { user, photo }: Pick<Template, "user" | "photo">,
): string {
  return JSON.stringify([user, photo]);
}

/**
 * Decides what registering means: an unknown photo of a user is added, the same photo and hash
 * changes nothing, the same photo with another hash takes the old one's place.
 *
 * @param held hashes of the photos that are kept, by `templateKey`
 * @returns what became of each entry, and the entries to write, each template once
 */
export function decidePut<T extends Template>(
  held: ReadonlyMap<string, string>,
  entries: readonly T[],
): { outcomes: PutOutcome[]; changed: T[] } {
  const hashes = new Map(held);
  const changed = new Map<string, T>();
  const outcomes = entries.map((entry): PutOutcome => {
    const key = templateKey(entry);
    const before = hashes.get(key);
    if (before === entry.photoSha256) return "unchanged";
    hashes.set(key, entry.photoSha256);
    changed.set(key, entry);
    return before === undefined ? "added" : "replaced";
  });
  return { outcomes, changed: [...changed.values()] };
}

function requireName(name: string): void {
  if (name.length <= LONGEST_NAME && !/^$|\0/.test(name)) return;
  throw new UsageError(
    `a name of ${name.length} characters cannot be kept; use 1 to ${LONGEST_NAME}, without control characters`,
  );
}

function modelText(model: StoreModel): string {
  return `${model.modelId} (${model.dimensions} numbers)`;
}

import { StoreModelError, UsageError } from "../errors.ts";
import type { Template } from "../match/gallery.ts";
import type { StoreModel } from "./embedding_store.ts";

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
    `${place} holds embeddings of ${describe(held)}, but the settings ask for ${
      describe(wanted)
    }; ` +
      `put the model setting back, or embed everybody again with \`deno task users reembed\``,
  );
}

/**
 * Refuses templates that cannot belong to a store of this model.
 *
 * @throws StoreModelError when a vector has another length or holds a number that is not finite.
 */
export function requireFittingTemplates(
  model: StoreModel,
  templates: readonly Pick<Template, "user" | "photo" | "vector">[],
): void {
  for (const { user, photo, vector } of templates) {
    if (vector.length !== model.dimensions) {
      throw new StoreModelError(
        `the embedding of ${photo} (${user}) has ${vector.length} numbers, but ${
          describe(model)
        } ` +
          `makes ${model.dimensions}; register the photo with the store's model`,
      );
    }
    if (!vector.every(Number.isFinite)) {
      throw new StoreModelError(
        `the embedding of ${photo} (${user}) holds a number that is not finite; register the photo again`,
      );
    }
  }
}

/** Refuses to give a user's templates to a name that has some. @throws UsageError */
export function requireFreeName(name: string, taken: boolean): void {
  if (!taken) return;
  throw new UsageError(
    `${name} is registered already; choose another name, or remove ${name} first`,
  );
}

function describe(model: StoreModel): string {
  return `${model.modelId} (${model.dimensions} numbers)`;
}

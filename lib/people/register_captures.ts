import { DuplicateFaceError } from "../errors.ts";
import type { Photo } from "../image/photo.ts";
import { findDuplicates } from "./duplicates.ts";
import { encodePng } from "../image/encode.ts";
import type { EmbeddingStore, StoreEntry } from "../store/embedding_store.ts";

/** A face that was cut out and embedded already. */
export interface Capture {
  /** Unique among a user's photos. */
  readonly name: string;
  /** SHA-256 of the picture it came from, 64 hex digits. */
  readonly photoSha256: string;
  readonly chip: Photo;
  /** Made by the model of the store. */
  readonly vector: Float32Array;
}

/** How captures are registered. */
export interface RegisterCapturesOptions {
  /** Closer than this to another user's template is the same face; null asks nobody. */
  readonly duplicateThreshold: number | null;
}

/**
 * Registers faces that are embedded already: templates, all or none, and their chips.
 *
 * @returns how many templates the user has now
 * @throws DuplicateFaceError when a face is another user's; nothing is kept then.
 * @throws WriteError when a chip or the store cannot be written.
 */
export async function registerCaptures(
  store: EmbeddingStore,
  user: string,
  captures: readonly Capture[],
  { duplicateThreshold }: RegisterCapturesOptions,
): Promise<number> {
  const createdAt = new Date().toISOString();
  const templates: StoreEntry[] = await Promise.all(
    captures.map(async ({ name, photoSha256, vector, chip }) => ({
      user,
      photo: name,
      photoSha256,
      vector,
      createdAt,
      chip: await encodePng(chip),
    })),
  );
  if (duplicateThreshold !== null) {
    const found = await findDuplicates(store, templates, duplicateThreshold);
    if (found.some((match) => match !== null)) {
      throw new DuplicateFaceError(
        "This face is registered under another name already.",
      );
    }
  }
  await store.put(templates);
  return (await store.templates(user)).length;
}

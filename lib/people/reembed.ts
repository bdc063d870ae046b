import { NoFaceError, PhotoError, UsageError } from "../errors.ts";
import { decodePhoto } from "../image/decode.ts";
import { encodePng } from "../image/encode.ts";
import type { Template } from "../match/gallery.ts";
import { inOrder } from "../recognize/in_order.ts";
import {
  listPhotos,
  readPhotoFile,
  sha256Hex,
} from "../recognize/photo_files.ts";
import { openPhotoReader, type PhotoReader } from "../recognize/photo_pool.ts";
import type { Recognizer } from "../recognize/recognizer.ts";
import type { EmbeddingStore, StoreEntry } from "../store/embedding_store.ts";
import { reasonText } from "./reasons.ts";

/** Where the faces come from, how they are worked on, and whom it tells. */
interface ReembedOptions {
  /** Folder with the photos that were registered; null takes the aligned faces kept instead. */
  readonly photosIn: string | null;
  /** Whose photos lie directly in that folder. */
  readonly user: string;
  /** How many workers embed photos; by cores and memory unless told. */
  readonly workers?: number;
  /** Called with how many templates are done. */
  readonly onProgress?: (done: number, total: number) => void;
}

/** Aligned faces embedded at once. */
const chipBatch = 16;

/**
 * Embeds every registered photo again with another model and replaces all templates in one step.
 * Aligned faces serve a model that takes the same chips (another network of the same chip size, or
 * mirror on or off); anything else needs the photos.
 *
 * @returns how many templates there are
 * @throws PhotoError, NoFaceError when a photo or aligned face is missing or another one than was
 * registered; the store is left as it was then.
 */
export async function reembedUsers(
  recognizer: Recognizer,
  store: EmbeddingStore,
  options: ReembedOptions,
): Promise<number> {
  const templates = await store.templates();
  const made = options.photosIn === null
    ? embedChips(recognizer, store, templates)
    : embedPhotos(recognizer, templates, options.photosIn, options);
  const renewed: StoreEntry[] = [];
  for await (const each of made) {
    renewed.push({ ...templates[renewed.length]!, ...each });
    options.onProgress?.(renewed.length, templates.length);
  }
  await store.replaceAll(recognizer, renewed);
  return renewed.length;
}

/** What is made again of a template; without a chip the one that is kept stays. */
type Renewed = Pick<StoreEntry, "vector" | "chip">;

/** The templates' embeddings and chips in order, from the registered photos, on all cores. */
async function* embedPhotos(
  recognizer: Recognizer,
  templates: readonly Template[],
  folder: string,
  { user, workers }: ReembedOptions,
): AsyncGenerator<Renewed> {
  const photos = await listPhotos(folder, user);
  const paths = new Map(
    photos.map(({ user, name, path }) => [`${user}/${name}`, path]),
  );
  const reader = openPhotoReader(recognizer, templates.length, workers);
  try {
    yield* inOrder(
      templates,
      reader.atOnce,
      (template) => embedPhoto(reader, template, paths, folder),
    );
  } finally {
    reader.close();
  }
}

async function embedPhoto(
  reader: PhotoReader,
  { user, photo, photoSha256 }: Template,
  paths: ReadonlyMap<string, string>,
  folder: string,
): Promise<Renewed> {
  const path = paths.get(`${user}/${photo}`);
  if (path === undefined) {
    throw new PhotoError(
      `${photo} (${user}) is not in ${folder} any more; put it back, use --chips, or remove ${user} first.`,
    );
  }
  const bytes = await readPhotoFile(path);
  if (await sha256Hex(bytes) !== photoSha256) {
    throw new PhotoError(
      `${path} is another photo than the one registered; update or remove ${user} first.`,
    );
  }
  const { faces, embeddings, noFace } = await reader.read(bytes, path);
  if (noFace !== null) throw new NoFaceError(reasonText(noFace, path));
  const chip = await encodePng(faces[0]!.chip);
  return { vector: embeddings[0]!.vector, chip };
}

/** The templates' embeddings in order, from the aligned faces kept. */
async function* embedChips(
  recognizer: Recognizer,
  store: EmbeddingStore,
  templates: readonly Template[],
): AsyncGenerator<Renewed> {
  for (let at = 0; at < templates.length; at += chipBatch) {
    const batch = templates.slice(at, at + chipBatch);
    const chips = await Promise.all(batch.map(async ({ user, photo }) => {
      const png = await store.chip(user, photo);
      if (png !== null) return await decodePhoto(png, { name: photo });
      throw new PhotoError(
        `no aligned face is kept of ${photo} (${user}); omit --chips, or register the photo again`,
      );
    }));
    try {
      yield* (await recognizer.embed(chips)).map(({ vector }) => ({ vector }));
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      throw new UsageError(
        `the aligned faces kept do not fit this model (${error.message}); omit --chips`,
        { cause: error },
      );
    }
  }
}

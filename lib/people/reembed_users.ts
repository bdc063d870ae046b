import { PhotoError, UsageError } from "../errors.ts";
import { decodePhoto } from "../image/decode.ts";
import type { Template } from "../match/gallery.ts";
import type { EmbeddingStore } from "../store/embedding_store.ts";
import { type CrewOptions, openCrew } from "../recognize/crew.ts";
import type { PhotoDescriber } from "../recognize/describe_photo.ts";
import { inOrder } from "../recognize/in_order.ts";
import {
  listPhotos,
  readPhotoFile,
  sha256Hex,
} from "../recognize/photo_files.ts";
import type { Recognizer } from "../recognize/recognizer.ts";

/** Where the faces come from, how they are worked on, and whom it tells. */
export interface ReembedOptions {
  /** Folder with the photos that were registered; null takes the aligned faces kept instead. */
  readonly photosIn: string | null;
  /** Whose photos lie directly in that folder. */
  readonly user: string;
  readonly pool?: CrewOptions;
  /** Called with how many templates are done. */
  readonly onProgress?: (done: number, total: number) => void;
}

/** Aligned faces embedded at once. */
const chipBatch = 16;

/**
 * Embeds every registered photo again with another model and replaces all templates in one step;
 * answers how many. Aligned faces serve a model that takes the same chips (another network of the
 * same chip size, or mirror on or off); anything else needs the photos.
 *
 * @throws PhotoError when a photo or aligned face is missing or another one than was registered;
 * the store is left as it was then.
 */
export async function reembedUsers(
  recognizer: Recognizer,
  { store, savePath }: { store: EmbeddingStore; savePath: string },
  options: ReembedOptions,
): Promise<number> {
  const templates = await store.templates();
  const vectors = options.photosIn === null
    ? embedChips(recognizer, templates, savePath)
    : embedPhotos(recognizer, templates, options.photosIn, options);
  const renewed: Template[] = [];
  for await (const vector of vectors) {
    renewed.push({ ...templates[renewed.length]!, vector });
    options.onProgress?.(renewed.length, templates.length);
  }
  await store.replaceAll(recognizer, renewed);
  return renewed.length;
}

/** The templates' embeddings in order, from the registered photos, on all cores. */
async function* embedPhotos(
  recognizer: Recognizer,
  templates: readonly Template[],
  folder: string,
  { user, pool }: ReembedOptions,
): AsyncGenerator<Float32Array> {
  const photos = await listPhotos(folder, user);
  const paths = new Map(
    photos.map(({ user, name, path }) => [`${user}/${name}`, path]),
  );
  const crew = openCrew(recognizer, templates.length, pool);
  try {
    yield* inOrder(
      templates,
      crew.atOnce,
      (template) => embedPhoto(crew, template, paths, folder),
    );
  } finally {
    crew.close();
  }
}

async function embedPhoto(
  describer: PhotoDescriber,
  { user, photo, photoSha256 }: Template,
  paths: ReadonlyMap<string, string>,
  folder: string,
): Promise<Float32Array> {
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
  const { embeddings } = await describer.describe(bytes, path);
  return embeddings[0]!.vector;
}

/** The templates' embeddings in order, from the aligned faces kept. */
async function* embedChips(
  recognizer: Recognizer,
  templates: readonly Template[],
  savePath: string,
): AsyncGenerator<Float32Array> {
  for (let at = 0; at < templates.length; at += chipBatch) {
    const batch = templates.slice(at, at + chipBatch);
    const chips = await Promise.all(batch.map(async ({ user, photo }) => {
      const path = `${savePath}/${user}/${photo}.png`;
      return await decodePhoto(await readPhotoFile(path), { name: path });
    }));
    try {
      yield* (await recognizer.embed(chips)).map(({ vector }) => vector);
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      throw new UsageError(
        `the aligned faces kept do not fit this model (${error.message}); leave --chips away`,
        { cause: error },
      );
    }
  }
}

import { PhotoError, UsageError } from "../errors.ts";
import { decodePhoto } from "../image/decode.ts";
import type { Photo } from "../image/photo.ts";
import type { Template } from "../match/gallery.ts";
import type { EmbeddingStore } from "../store/embedding_store.ts";
import { chooseFace } from "./choose_face.ts";
import { listPhotos, readPhotoFile, sha256Hex } from "./photo_files.ts";
import type { Recognizer } from "./recognizer.ts";

/** Where the faces come from. */
export interface ReembedSources {
  /** Folder with the photos that were registered; null takes the aligned faces kept instead. */
  readonly photosIn: string | null;
  /** Whose photos lie directly in that folder. */
  readonly user: string;
}

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
  { photosIn, user }: ReembedSources,
): Promise<number> {
  const paths = photosIn === null ? null : await pathsByPhoto(photosIn, user);
  const renewed: Template[] = [];
  for (const template of await store.templates()) {
    const chip = paths === null
      ? await keptChip(savePath, template)
      : await chipFromPhoto(recognizer, template, paths, photosIn!);
    const vector = await embedChip(recognizer, chip);
    renewed.push({ ...template, vector });
  }
  await store.replaceAll(recognizer, renewed);
  return renewed.length;
}

async function pathsByPhoto(
  folder: string,
  user: string,
): Promise<Map<string, string>> {
  const photos = await listPhotos(folder, user);
  return new Map(
    photos.map(({ user, name, path }) => [`${user}/${name}`, path]),
  );
}

async function chipFromPhoto(
  recognizer: Recognizer,
  { user, photo, photoSha256 }: Template,
  paths: ReadonlyMap<string, string>,
  folder: string,
): Promise<Photo> {
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
  const decoded = await decodePhoto(bytes, { name: path });
  const faces = await recognizer.findFaces(decoded);
  return chooseFace(faces, decoded, path, "largest").chip;
}

async function keptChip(
  savePath: string,
  { user, photo }: Template,
): Promise<Photo> {
  const path = `${savePath}/${user}/${photo}.png`;
  return await decodePhoto(await readPhotoFile(path), { name: path });
}

async function embedChip(
  recognizer: Recognizer,
  chip: Photo,
): Promise<Float32Array> {
  try {
    const [embedding] = await recognizer.embed([chip]);
    return embedding!.vector;
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new UsageError(
      `the aligned faces kept do not fit this model (${error.message}); leave --chips away`,
      { cause: error },
    );
  }
}

import { PhotoError } from "../errors.ts";
import { inOrder } from "../recognize/in_order.ts";
import {
  type PhotoFile,
  readPhotoFile,
  sha256Hex,
} from "../recognize/photo_files.ts";
import { openPhotoReader, type PhotoReader } from "../recognize/photo_pool.ts";
import type { Recognizer } from "../recognize/recognizer.ts";
import type { EmbeddingStore } from "../store/embedding_store.ts";
import { chooseThreshold } from "./choose_threshold.ts";
import { refusal, register, type Registration } from "./register.ts";
import {
  type FaceToRegister,
  namesTaken,
  type RegistrationPolicy,
} from "./registration_rules.ts";

/** After how many photos what is done is kept: so much an interruption may cost. */
const keptAtOnce = 25;
/** So many photos tell who a user is. */
const enoughOfUser = 10;

/**
 * Registers photo files: finds each photo's largest face, embeds it, and hands 25 of them or a few
 * more at a time to `register`, so that little is lost when it is interrupted. Photos the store
 * already knows by hash are not looked at again, as long as their chip is there. A photo that cannot be used is refused and does not
 * stop the others.
 *
 * @param options the threshold is the store's calibrated one, or else the model's, unless told;
 * `workers` read photos, as many as cores and memory allow unless told; `onProgress` is called after
 * each photo with how many are done; after `signal` is aborted no further photo is begun
 * @returns one registration for each photo, in order; for those done where it was aborted
 * @throws what `register` throws
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { createRecognizer, openStore, registerPhotos } from "@face/sign-in";
 *
 * const recognizer = await createRecognizer();
 * const folder = await Deno.makeTempDir();
 * const store = await openStore(
 *   { store: `${folder}/faces.db`, savePath: `${folder}/faces` },
 *   recognizer,
 * );
 * const path = "registration_photos/andrew_01.jpg";
 * const [registration] = await registerPhotos(recognizer, store, [
 *   { user: "andrew", path, name: "andrew_01.jpg" },
 * ]);
 * assert.equal(registration!.outcome, "added");
 * await store.close();
 * ```
 */
export async function registerPhotos(
  recognizer: Recognizer,
  store: EmbeddingStore,
  photos: readonly PhotoFile[],
  { threshold, workers, onProgress, signal, ...policy }:
    & Partial<RegistrationPolicy>
    & {
      readonly workers?: number;
      readonly signal?: AbortSignal;
      readonly onProgress?: (done: number, total: number) => void;
    } = {},
): Promise<Registration[]> {
  const known = new Map(
    (await store.templates()).map((template) => [
      keyOf(template.user, template.photo),
      template.photoSha256,
    ]),
  );
  const newPhotos = photos.filter(({ user, name }) =>
    !known.has(keyOf(user, name))
  );
  const taken = namesTaken(
    photos.map(({ user, name }) => ({ user, photo: name })),
  );
  const reader = openPhotoReader(recognizer, newPhotos.length, workers);
  const read = inOrder(
    photos.entries(),
    reader.atOnce,
    ([i, file]): Promise<FaceToRegister | Registration> => {
      const { user, name: photo } = file;
      return taken[i]
        ? Promise.resolve(
          refusal({ user, photo }, { kind: "photo-name-taken", user }),
        )
        : readFace(reader, file, store, known.get(keyOf(user, photo)));
    },
  );
  const limit = threshold ??
    (await chooseThreshold(store, recognizer)).threshold;
  const atOnce = policy.allOrNone || policy.newUsers;
  const done: Registration[] = [];
  let waiting: (FaceToRegister | Registration)[] = [];
  const keep = async () => {
    const faces = waiting.filter((result) => "vector" in result);
    const kept = await register(store, faces, { ...policy, threshold: limit });
    done.push(...waiting.map((result, i): Registration => ({
      ...("vector" in result ? kept[faces.indexOf(result)]! : result),
      path: photos[done.length + i]!.path,
    })));
    waiting = [];
  };
  try {
    for await (const result of read) {
      waiting.push(result);
      if (!atOnce && isTime(photos, done.length, waiting.length)) await keep();
      onProgress?.(done.length + waiting.length, photos.length);
      if (signal?.aborted) break;
    }
  } finally {
    reader.close();
  }
  await keep();
  return done;
}

/**
 * Whether photos are to be kept now: after so many, but none of a user whose photos before them are
 * too few to tell who the user is.
 */
function isTime(
  photos: readonly PhotoFile[],
  done: number,
  waiting: number,
): boolean {
  if (waiting < keptAtOnce) return false;
  const now = photos.slice(done, done + waiting);
  const { user } = now.at(-1)!;
  return photos[done + waiting]?.user !== user ||
    now.filter((photo) => photo.user === user).length >= enoughOfUser;
}

/** Those photos that the store holds no template of. */
export async function unregisteredPhotos(
  store: EmbeddingStore,
  photos: readonly PhotoFile[],
): Promise<PhotoFile[]> {
  const known = new Set<string>();
  for (const user of new Set(photos.map((file) => file.user))) {
    for (const { photo } of await store.templates(user)) {
      known.add(keyOf(user, photo));
    }
  }
  return photos.filter(({ user, name }) => !known.has(keyOf(user, name)));
}

function keyOf(user: string, photo: string): string {
  return JSON.stringify([user, photo]);
}

/** One photo's face, or the registration of a photo that is known or cannot be used. */
async function readFace(
  reader: PhotoReader,
  { user, path, name: photo }: PhotoFile,
  store: EmbeddingStore,
  knownSha256: string | undefined,
): Promise<FaceToRegister | Registration> {
  const names = { user, photo };
  try {
    const bytes = await readPhotoFile(path);
    const photoSha256 = await sha256Hex(bytes);
    const isKnown = photoSha256 === knownSha256 &&
      await store.chip(user, photo) !== null;
    if (isKnown) {
      return { ...names, outcome: "unchanged", reasons: [], warnings: [] };
    }
    const { faces, embeddings, noFace } = await reader.read(bytes, path);
    if (noFace !== null) return refusal(names, noFace);
    const { chip, issues } = faces[0]!;
    const { vector } = embeddings[0]!;
    const faceCount = faces.length;
    return { ...names, photoSha256, chip, vector, issues, faceCount };
  } catch (error) {
    if (!(error instanceof PhotoError)) throw error;
    return refusal(names, { kind: "unusable", message: error.message });
  }
}

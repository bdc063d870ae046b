import { basename, dirname, resolve } from "node:path";
import { readSettings, type Settings, userName } from "../config.ts";
import { FaceSignInError, PhotoError, WeightsError } from "../errors.ts";
import type { Photo } from "../image/photo.ts";
import { type SignIn, signIn } from "../people/sign_in.ts";
import {
  listPhotos,
  type PhotoFile,
  readPhoto,
} from "../recognize/photo_files.ts";
import { createRecognizer, type Recognizer } from "../recognize/recognizer.ts";
import type { EmbeddingStore } from "../store/embedding_store.ts";
import { openStore } from "../store/open_store.ts";
import { embedFaces, openFaces } from "./found_face.ts";
import { scorePairs, wrongPairs } from "./pair_scores.ts";

/** A photo that signed in, and what came of it. */
export interface Attempt {
  readonly file: PhotoFile;
  readonly photo: Photo;
  /** Null where the photo could not be judged. */
  readonly decided: SignIn | null;
  /** Whose photo it is taken for, or "nobody". */
  readonly who: string;
  /** The verdict in a sentence with its numbers, or why there is none. */
  readonly said: string;
}

/** What a sign-in is held against: the settings, with the threshold that was chosen. */
type Rule = Pick<Settings, "margin" | "severalFaces"> & {
  readonly threshold: number;
};

/**
 * The photos to sign in with: first the one that the setting `signin_image` names, then the others of its
 * folder, strangers' last. Where that folder is named after a registered user, the photo is theirs, and the
 * folder above holds the others; beside the notebook itself it stands alone. Where there is no photo, the
 * registered photos serve, which are 0 away from themselves.
 */
export async function listProbes(
  { signinImage, user }: Pick<Settings, "signinImage" | "user">,
  registered: readonly PhotoFile[],
): Promise<readonly PhotoFile[]> {
  const users = new Set(registered.map(({ user }) => user));
  const above = dirname(signinImage);
  const named = userName(basename(above));
  const isUsers = named !== undefined && users.has(named);
  const folder = isUsers ? dirname(above) : above;
  const files = resolve(folder) === resolve(".")
    ? await photosAt(signinImage, isUsers ? named : user)
    : await photosAt(folder, user);
  const rank = (file: PhotoFile) =>
    resolve(file.path) === resolve(signinImage)
      ? 0
      : users.has(file.user)
      ? 1
      : 2;
  return files.length === 0
    ? registered
    : files.sort((a, b) => rank(a) - rank(b));
}

/** Photos in a folder, or the one at a path; none where there is none. */
async function photosAt(path: string, user: string): Promise<PhotoFile[]> {
  try {
    return await listPhotos(path, user);
  } catch (error) {
    if (error instanceof PhotoError) return [];
    throw error;
  }
}

/** Signs in with a photo, among all users, as `deno task verify` does. */
export async function attempt(
  recognizer: Recognizer,
  store: EmbeddingStore,
  file: PhotoFile,
  { threshold, margin, severalFaces }: Rule,
): Promise<Attempt> {
  const photo = await readPhoto(file.path);
  try {
    const decided = await signIn(recognizer, store, photo, {
      threshold,
      margin,
      severalFaces,
    });
    const who = decided.user ?? "nobody";
    return { file, photo, decided, who, said: verdictOf(decided) };
  } catch (error) {
    if (!(error instanceof FaceSignInError)) throw error;
    return { file, photo, decided: null, who: "nobody", said: error.message };
  }
}

/** A decided sign-in in one sentence, with its numbers. */
function verdictOf({ accepted, user, nearest, threshold }: SignIn): string {
  if (nearest === null) return "**Rejected**: nothing to compare with.";
  const distance = nearest.distance.toFixed(2);
  const { user: nearestUser, photo } = nearest.template;
  if (accepted) {
    return `**Accepted: this is ${user}.** The nearest template, ${photo}, is ${distance} away, under the threshold of ${threshold}.`;
  }
  const why = nearest.distance < threshold
    ? `under the threshold of ${threshold}, but another user is less than the margin further away`
    : `not under the threshold of ${threshold}`;
  return `**Rejected: this is nobody who is registered.** The nearest template, ${photo} of ${nearestUser}, is ${distance} away, ${why}.`;
}

/** A row for each attempt: who the photo shows, the nearest user and the runner-up. */
export function attemptRows(attempts: readonly Attempt[]): string[][] {
  return attempts.map(({ file, decided, who, said }) => {
    if (decided === null) return [file.name, said, "", ""];
    const [nearest = "", second = ""] = decided.ranking.map(
      ({ template, distance }) => `${template.user} ${distance.toFixed(2)}`,
    );
    return [file.name, who, nearest, second];
  });
}

/**
 * Tries something on a copy of a store, which is gone afterwards.
 *
 * @param keep which of each user's templates the copy holds, counted from 0; all unless told
 * @returns what `use` returns
 */
export async function onCopy<T>(
  store: EmbeddingStore,
  recognizer: Recognizer,
  use: (copy: EmbeddingStore) => Promise<T>,
  keep: (i: number) => boolean = () => true,
): Promise<T> {
  const folder = await Deno.makeTempDir();
  try {
    const copy = await openStore({
      store: `${folder}/embeddings.json`,
      savePath: `${folder}/faces`,
    }, recognizer);
    try {
      const ofUser = Map.groupBy(await store.templates(), ({ user }) => user);
      await copy.put(
        [...ofUser.values()].flatMap((templates) =>
          templates.filter((_, i) => keep(i))
        ),
      );
      return await use(copy);
    } finally {
      await copy.close();
    }
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/**
 * Pairs that each installed recognizer decides wrongly, at its own threshold and at the proof of
 * concept's 0.5; what is not installed is omitted.
 */
export async function recognizerRows(
  files: readonly PhotoFile[],
): Promise<string[][]> {
  const rows: string[][] = [];
  for (const name of ["faceapi", "facenet"]) {
    let recognizer: Recognizer;
    try {
      const settings = readSettings({ file: `recognizer=${name}` });
      recognizer = await createRecognizer(settings);
    } catch (error) {
      if (error instanceof WeightsError) continue;
      throw error;
    }
    const { faces } = await openFaces(recognizer, files);
    const scores = scorePairs(await embedFaces(recognizer, faces));
    const { modelId, defaultThreshold } = recognizer;
    recognizer.dispose();
    for (const threshold of new Set([defaultThreshold, 0.5])) {
      const { refused, taken } = wrongPairs(scores, threshold);
      rows.push([
        modelId,
        String(threshold),
        `${refused} of ${scores.genuine.length}`,
        `${taken} of ${scores.impostor.length}`,
      ]);
    }
  }
  return rows;
}

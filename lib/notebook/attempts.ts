import { dirname } from "node:path";
import { readSettings, type Settings } from "../config.ts";
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

/**
 * The photos to sign in with: the folder of the setting `signin_image`. Where there is none, the
 * registered photos serve, which are 0 away from themselves.
 */
export async function listProbes(
  settings: Settings,
  registered: readonly PhotoFile[],
): Promise<readonly PhotoFile[]> {
  try {
    return await listPhotos(dirname(settings.signinImage), settings.user);
  } catch (error) {
    if (error instanceof PhotoError) return registered;
    throw error;
  }
}

/** Signs in with a photo, among all users, as `deno task verify` does. */
export async function attempt(
  recognizer: Recognizer,
  store: EmbeddingStore,
  file: PhotoFile,
  threshold: number,
): Promise<Attempt> {
  const photo = await readPhoto(file.path);
  try {
    const decided = await signIn(recognizer, store, photo, {
      threshold,
      severalFaces: "largest",
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
  return accepted
    ? `**Accepted: this is ${user}.** The nearest template, ${photo}, is ${distance} away, under the threshold of ${threshold}.`
    : `**Rejected: this is nobody who is registered.** The nearest template, ${photo} of ${nearestUser}, is ${distance} away, not under the threshold of ${threshold}.`;
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

/** A store of its own in a temporary folder, with the templates that are kept: to try things on. */
export async function copyOfStore(
  store: EmbeddingStore,
  recognizer: Recognizer,
  keep: (user: string, i: number) => boolean = () => true,
): Promise<EmbeddingStore> {
  const folder = await Deno.makeTempDir();
  const copy = await openStore({
    store: `${folder}/embeddings.json`,
    savePath: `${folder}/faces`,
  }, recognizer);
  const ofUser = Map.groupBy(await store.templates(), ({ user }) => user);
  const kept = [...ofUser].flatMap(([user, templates]) =>
    templates.filter((_, i) => keep(user, i))
  );
  await copy.put(kept);
  return copy;
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

import { type Settings, userName } from "../config.ts";
import { NoFaceError, PhotoError, SeveralFacesError } from "../errors.ts";
import { chooseThreshold } from "../people/choose_threshold.ts";
import { unregisteredPhotos } from "../people/register_photos.ts";
import { type SignIn, signIn } from "../people/sign_in.ts";
import { wasNeverUsed } from "../people/users.ts";
import {
  listPhotos,
  type PhotoFile,
  readPhoto,
} from "../recognize/photo_files.ts";
import { createRecognizer } from "../recognize/recognizer.ts";
import type { EmbeddingStore } from "../store/embedding_store.ts";
import { counted } from "../words.ts";
import { openNoted } from "./open_noted.ts";
import { registerFiles } from "./register_files.ts";
import { note, type Outcome } from "./run_task.ts";
import { outcomeOfEach, outcomeOfOne, type Verdict } from "./verify_outcome.ts";

/**
 * Decides whose the photos are, one by one unless they are of one sign-in. Where nobody was ever
 * registered, the photos of `register_path` are first.
 *
 * @param named photos or folders; `signin_image` where there is none
 * @param isThere whether there is a store already
 */
export async function verifyPhotos(
  named: readonly string[],
  options: {
    readonly together?: true | undefined;
    readonly user?: string | undefined;
    readonly threshold?: number | undefined;
  },
  settings: Settings,
  isThere: boolean,
): Promise<Outcome> {
  const { together, user, threshold: commandLine } = options;
  const paths = await photoPaths(named, settings);
  // The first photo is decoded while the networks load.
  const [firstPhoto, recognizer] = await Promise.all([
    paths.length === 1 ? readPhoto(paths[0]!) : null,
    createRecognizer(settings),
  ]);
  await using store = await openNoted(settings, recognizer);
  if (!isThere || await wasNeverUsed(store)) {
    const stopped = await registerFirst({ recognizer, store, settings });
    if (stopped !== null) return stopped;
  }
  const { threshold, thresholdFrom } = await chooseThreshold(
    store,
    recognizer,
    { commandLine, setting: settings.threshold },
  );
  const decide = async (...of: readonly string[]) =>
    await signIn(
      recognizer,
      store,
      firstPhoto === null ? await Promise.all(of.map(readPhoto)) : [firstPhoto],
      {
        user: user === undefined ? user : userName(user) ?? user,
        threshold,
        margin: settings.margin,
        severalFaces: settings.severalFaces,
      },
    );
  const by = { modelId: recognizer.modelId, thresholdFrom };
  const outcome = firstPhoto !== null || together
    ? outcomeOfOne(await decide(...paths), paths, by)
    : outcomeOfEach(await decideEach(paths, decide), by);
  const missing = await unregistered(store, settings);
  return { ...outcome, lines: [...outcome.lines, ...missing] };
}

async function photoPaths(
  named: readonly string[],
  { signinImage, user }: Settings,
): Promise<string[]> {
  if (named.length === 0) return [signinImage];
  const files = await Promise.all(named.map((path) => listPhotos(path, user)));
  return files.flat().map(({ path }) => path);
}

/**
 * In a fresh clone nobody is registered yet: the photos of register_path are, and it says so.
 * What came of it is returned only where Ctrl-C stopped it.
 */
async function registerFirst(
  present: Parameters<typeof registerFiles>[0],
): Promise<Outcome | null> {
  const { registerPath, user } = present.settings;
  const photos = await listPhotos(registerPath, user);
  note(
    `Nobody is registered yet: registering the photos in ${registerPath} first.`,
  );
  const outcome = await registerFiles(present, photos);
  if (outcome.result.length < photos.length) return outcome;
  outcome.lines.forEach(note);
  return null;
}

/** A photo that cannot be judged does not keep the others from being. */
async function decideEach(
  paths: readonly string[],
  decide: (path: string) => Promise<SignIn>,
): Promise<ReadonlyMap<string, Verdict>> {
  const verdicts = new Map<string, Verdict>();
  for (const path of paths) {
    try {
      verdicts.set(path, await decide(path));
    } catch (error) {
      const unjudged = error instanceof PhotoError ||
        error instanceof NoFaceError || error instanceof SeveralFacesError;
      if (!unjudged) throw error;
      verdicts.set(path, error);
    }
  }
  return verdicts;
}

/** Photos that were put into register_path since, or that were refused there. */
async function unregistered(
  store: EmbeddingStore,
  { registerPath, user }: Settings,
): Promise<string[]> {
  let files: PhotoFile[];
  try {
    files = await listPhotos(registerPath, user);
  } catch (error) {
    if (error instanceof PhotoError) return []; // Who signs in needs no folder of photos.
    throw error;
  }
  const { length } = await unregisteredPhotos(store, files);
  return length === 0 ? [] : [
    `${counted(length, "photo")} in ${registerPath} ${
      length === 1 ? "is" : "are"
    } not registered; \`deno task register\` registers ${
      length === 1 ? "it" : "them"
    } or says why not.`,
  ];
}

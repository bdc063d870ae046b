/** `deno task verify [PHOTO] [--user NAME] [--threshold X] [--json]`: decides a sign-in. */
import { readSettings, type Settings, userName } from "../config.ts";
import { UsageError } from "../errors.ts";
import { chooseThreshold } from "../people/choose_threshold.ts";
import { listPhotos, readPhoto } from "../recognize/photo_files.ts";
import { createRecognizer, type Recognizer } from "../recognize/recognizer.ts";
import { reasonText } from "../people/reasons.ts";
import { registerPhotos } from "../people/register_photos.ts";
import { type SignIn, signIn } from "../people/sign_in.ts";
import type { Match } from "../match/gallery.ts";
import type { EmbeddingStore } from "../store/embedding_store.ts";
import { openStore } from "../store/open_store.ts";
import { progressBar } from "./progress.ts";
import { registrationOutcome } from "./register.ts";
import { answer, note, runTask, taskCommand } from "./run_task.ts";

const accepted = 0;
/** A code of its own: 1 is what Deno returns for failures of its own, such as a task that does not exist. */
const rejected = 4;

const verify = taskCommand(
  "verify",
  "Decides a sign-in: is this photo one of the registered users?",
  "signin_photos/beatriz/beatriz_06.jpg --user beatriz",
)
  .argument("[photo]", "the sign-in photo; signin_image unless named")
  .option("--user <name>", "whether it is this user, instead of whose it is")
  .option(
    "--threshold <distance>",
    "accept below this distance, over 0 to 2",
    distance,
  )
  .action(async (photoPath, { user, threshold: commandLine = null }) => {
    const settings = readSettings();
    const path = photoPath ?? settings.signinImage;
    const [photo, recognizer] = await Promise.all([
      readPhoto(path),
      createRecognizer(settings),
    ]);
    const store = await openStore(settings, recognizer);
    const { threshold, thresholdFrom } = await chooseThreshold(
      store,
      recognizer,
      { commandLine, setting: settings.threshold },
    );
    await registerFirst(recognizer, store, settings, threshold);
    const result = await signIn(recognizer, store, photo, {
      user: user === undefined ? user : userName(user) ?? user,
      threshold,
      margin: settings.margin,
      severalFaces: settings.severalFaces,
    });
    await store.close();
    answer({
      exitCode: result.accepted ? accepted : rejected,
      result: { ...asJson(result, path, recognizer), thresholdFrom },
      lines: asText(result, path, thresholdFrom),
    });
  });

if (import.meta.main) await runTask(verify);

function distance(text: string): number {
  const value = Number(text);
  if (value > 0 && value <= 2) return value;
  throw new UsageError(
    `--threshold ${text} is not a distance between 0 and 2.`,
  );
}

/** In a fresh clone nobody is registered yet: the photos of register_path are, and it says so. */
async function registerFirst(
  recognizer: Recognizer,
  store: EmbeddingStore,
  settings: Settings,
  threshold: number,
): Promise<void> {
  if ((await store.users()).length > 0) return;
  const photos = await listPhotos(settings.registerPath, settings.user);
  note(
    `Nobody is registered yet: registering the photos in ${settings.registerPath} first.`,
  );
  const results = await registerPhotos(recognizer, store, photos, {
    threshold,
    onProgress: progressBar("Registering"),
  });
  registrationOutcome(results).lines.forEach(note);
}

function asText(
  { accepted, user, claimed, nearest, ranking, threshold, face }: SignIn,
  path: string,
  thresholdFrom: string,
): string[] {
  const verdict = accepted
    ? `Accepted: this is ${user}.`
    : claimed !== null
    ? `Rejected: this is not ${claimed}.`
    : "Rejected: this is nobody who is registered.";
  return [
    verdict,
    `  sign-in photo     ${path}`,
    ...(nearest === null ? [] : nearestLines(nearest, threshold)),
    ...(accepted ? [] : tooCloseLines(ranking, threshold)),
    ...(thresholdFrom.startsWith("calibration")
      ? [`  threshold from    ${thresholdFrom}`]
      : []),
    ...face.issues.map((issue) =>
      `  note              ${reasonText(issue, path)}`
    ),
  ];
}

function nearestLines(
  { distance, template: { user, photo, createdAt } }: Match,
  threshold: number,
): string[] {
  const relation = distance < threshold ? "under" : "not under";
  return [
    `  distance          ${distance.toFixed(3)}, ${relation} the threshold ${
      threshold.toFixed(3)
    }`,
    `  nearest template  ${photo} of ${user}, registered ${
      createdAt.slice(0, 10)
    }`,
  ];
}

function tooCloseLines(
  [nearest, second]: readonly Match[],
  threshold: number,
): string[] {
  if (nearest === undefined || second === undefined) return [];
  if (!(nearest.distance < threshold)) return [];
  return [
    `  too close to call ${second.template.user} is only ${
      (second.distance - nearest.distance).toFixed(3)
    } further away, less than the margin`,
  ];
}

function asJson(result: SignIn, path: string, { modelId }: Recognizer) {
  const { template, distance = null } = result.nearest ?? {};
  return {
    verdict: result.accepted ? "accepted" : "rejected",
    user: result.user,
    claimed: result.claimed,
    distance,
    threshold: result.threshold,
    nearest: template === undefined ? null : {
      user: template.user,
      photo: template.photo,
      createdAt: template.createdAt,
    },
    ranking: result.ranking.map((match) => ({
      user: match.template.user,
      distance: match.distance,
    })),
    issues: result.face.issues.map(({ kind }) => kind),
    photo: path,
    modelId,
  };
}

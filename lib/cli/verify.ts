/** `deno task verify`: decides sign-ins. */
import { readSettings, type Settings, userName } from "../config.ts";
import {
  FaceSignInError,
  NoFaceError,
  PhotoError,
  printable,
  SeveralFacesError,
  UsageError,
} from "../errors.ts";
import type { Match } from "../match/gallery.ts";
import { chooseThreshold } from "../people/choose_threshold.ts";
import { reasonText } from "../people/reasons.ts";
import { unregisteredPhotos } from "../people/register_photos.ts";
import { type SignIn, signIn } from "../people/sign_in.ts";
import { wasNeverUsed } from "../people/users.ts";
import {
  listPhotos,
  type PhotoFile,
  readPhoto,
} from "../recognize/photo_files.ts";
import { createRecognizer, type Recognizer } from "../recognize/recognizer.ts";
import type { EmbeddingStore } from "../store/embedding_store.ts";
import { checkStorePlace, openStore } from "../store/open_store.ts";
import { counted } from "../words.ts";
import { registerFiles } from "./register.ts";
import {
  answer,
  note,
  type Outcome,
  runTask,
  taskCommand,
} from "./run_task.ts";

const codes = {
  accepted: 0,
  unanswered: 2,
  /** Not 1, which Deno returns for failures of its own, such as a task that does not exist. */
  rejected: 4,
};

/** What a photo came to: a decision, or why there is none. */
type Verdict = SignIn | FaceSignInError;

const verify = taskCommand(
  "verify",
  "Decides a sign-in: is this photo one of the registered users? Several photos or a folder are decided one by one.",
  "signin_photos/beatriz/beatriz_06.jpg --user beatriz",
)
  .argument("[photos...]", "photos or folders; signin_image unless named")
  .option("--together", "decide once: all photos are of one sign-in")
  .option("--user <name>", "whether it is this user, instead of whose it is")
  .option(
    "--threshold <distance>",
    "accept below this distance, over 0 to 2",
    distance,
  )
  .action(async (named, { together, user, threshold: commandLine }) => {
    const settings = readSettings();
    const isThere = await checkStorePlace(settings);
    const paths = await photoPaths(named, settings);
    // The first photo is decoded while the networks load.
    const [firstPhoto, recognizer] = await Promise.all([
      paths.length === 1 ? readPhoto(paths[0]!) : null,
      createRecognizer(settings),
    ]);
    const store = await openStore(settings, recognizer);
    try {
      const present = { recognizer, store, settings };
      const isNew = !isThere || await wasNeverUsed(store);
      if (isNew && !await registerFirst(present)) return;
      const { threshold, thresholdFrom } = await chooseThreshold(
        store,
        recognizer,
        { commandLine, setting: settings.threshold },
      );
      const decide = async (...of: readonly string[]) => {
        const photos = firstPhoto === null
          ? await Promise.all(of.map(readPhoto))
          : [firstPhoto];
        return await signIn(recognizer, store, photos, {
          user: user === undefined ? user : userName(user) ?? user,
          threshold,
          margin: settings.margin,
          severalFaces: settings.severalFaces,
        });
      };
      const outcome = firstPhoto !== null || together
        ? one(await decide(...paths), paths, recognizer, thresholdFrom)
        : several(
          await decideEach(paths, (path) => decide(path)),
          recognizer,
          thresholdFrom,
        );
      const missing = await unregistered(store, settings);
      answer({ ...outcome, lines: [...outcome.lines, ...missing] });
    } finally {
      await store.close();
    }
  });

if (import.meta.main) await runTask(verify);

function distance(text: string): number {
  const value = Number(text);
  if (value > 0 && value <= 2) return value;
  throw new UsageError(
    `--threshold ${text} is not a distance between 0 and 2.`,
  );
}

async function photoPaths(
  named: readonly string[],
  { signinImage, user }: Settings,
): Promise<string[]> {
  if (named.length === 0) return [signinImage];
  const files = await Promise.all(named.map((path) => listPhotos(path, user)));
  return files.flat().map(({ path }) => path);
}

/** In a fresh clone nobody is registered yet: the photos of register_path are, and it says so. */
async function registerFirst(
  present: Parameters<typeof registerFiles>[0],
): Promise<boolean> {
  const { registerPath, user } = present.settings;
  const photos = await listPhotos(registerPath, user);
  note(
    `Nobody is registered yet: registering the photos in ${registerPath} first.`,
  );
  const outcome = await registerFiles(present, photos);
  const done = outcome.result.length === photos.length;
  if (done) outcome.lines.forEach(note);
  else answer(outcome);
  return done;
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

function one(
  result: SignIn,
  paths: readonly string[],
  { modelId }: Recognizer,
  thresholdFrom: string,
): Outcome {
  const { accepted, user, claimed, nearest, ranking, threshold, faces } =
    result;
  const verdict = accepted
    ? `Accepted: this is ${user}.`
    : claimed !== null
    ? `Rejected: this is not ${claimed}.`
    : "Rejected: this is nobody who is registered.";
  return {
    exitCode: accepted ? codes.accepted : codes.rejected,
    result: { ...asJson(result, paths), modelId, thresholdFrom },
    lines: [
      verdict,
      ...paths.map((path) => `  sign-in photo     ${printable(path)}`),
      ...(nearest === null ? [] : nearestLines(nearest, threshold)),
      ...(accepted ? [] : tooCloseLines(ranking, threshold)),
      ...(thresholdFrom.startsWith("calibration")
        ? [`  threshold from    ${thresholdFrom}`]
        : []),
      ...faces.flatMap(({ issues }, i) =>
        issues.map((issue) =>
          `  note              ${paths.length > 1 ? `${paths[i]}: ` : ""}${
            reasonText(issue, paths[i]!)
          }`
        )
      ),
    ],
  };
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

/** A line for each photo and one for all. */
function several(
  verdicts: ReadonlyMap<string, Verdict>,
  { modelId }: Recognizer,
  thresholdFrom: string,
): Outcome {
  const all = [...verdicts];
  const signIns = [...verdicts.values()].filter((verdict) =>
    !(verdict instanceof FaceSignInError)
  ) as SignIn[];
  const accepted = signIns.filter(({ accepted }) => accepted).length;
  const rejected = signIns.length - accepted;
  const unanswered = all.length - signIns.length;
  const widest = Math.max(...signIns.map(({ user }) => user?.length ?? 0), 1);
  return {
    exitCode: unanswered > 0
      ? codes.unanswered
      : rejected > 0
      ? codes.rejected
      : codes.accepted,
    result: {
      photos: all.map(([path, verdict]) =>
        verdict instanceof FaceSignInError
          ? { photo: path, error: errorJson(verdict) }
          : asJson(verdict, [path])
      ),
      accepted,
      rejected,
      unanswered,
      modelId,
      thresholdFrom,
    },
    lines: [
      ...all.map(([path, verdict]) => lineOf(path, verdict, widest)),
      `${
        counted(all.length, "photo")
      }: ${accepted} accepted, ${rejected} rejected, ${unanswered} could not be judged.`,
    ],
  };
}

function lineOf(path: string, verdict: Verdict, widest: number): string {
  if (verdict instanceof FaceSignInError) return `unjudged  ${verdict.message}`;
  const { accepted, user, nearest } = verdict;
  return [
    accepted ? "accepted" : "rejected",
    (user ?? "-").padEnd(widest),
    nearest?.distance.toFixed(3) ?? "",
    path,
  ].join("  ");
}

function errorJson({ kind, message, remedy }: FaceSignInError) {
  return { kind, message, remedy };
}

function asJson(result: SignIn, [photo, ...more]: readonly string[]) {
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
    issues: result.faces.flatMap(({ issues }) =>
      issues.map(({ kind }) => kind)
    ),
    photo,
    ...(more.length === 0 ? {} : { photos: [photo, ...more] }),
  };
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

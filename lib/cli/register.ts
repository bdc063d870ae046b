/** `deno task register [--user NAME] [--force] [PATH…]`: registers photos. */
import { readSettings, type Settings } from "../config.ts";
import { listPhotos, type PhotoFile } from "../recognize/photo_files.ts";
import { createRecognizer } from "../recognize/recognizer.ts";
import { chooseThreshold } from "../people/choose_threshold.ts";
import { reasonText } from "../people/reasons.ts";
import type { Registration } from "../people/register.ts";
import { registerPhotos } from "../people/register_photos.ts";
import { requireUserName } from "../people/names.ts";
import { openStore } from "../store/open_store.ts";
import { progressBar } from "./progress.ts";
import { answer, type Outcome, runTask, taskCommand } from "./run_task.ts";

/** Every photo is registered. */
const done = 0;
/** None could be used. */
const nothingUsable = 2;
/** Some could not be used. */
const someSkipped = 3;

const register = taskCommand(
  "register",
  "Registers photos: a sub-folder is a user, photos directly in a folder are those of --user.",
  "--user hana signin_photos/hana",
)
  .argument("[paths...]", "photos or folders; register_path unless named")
  .option(
    "--user <name>",
    "whose the photos are; the setting `user` unless named",
  )
  .option("--force", "register although the face is another user's")
  .option("--largest", "take the largest face of a photo of several people")
  .action(async (paths, { user, force, largest }) => {
    const settings = readSettings();
    const photos = await photosToRegister(settings, paths, user);
    const recognizer = await createRecognizer(settings);
    const store = await openStore(settings, recognizer);
    const first = (await store.users()).length === 0;
    const { threshold } = await chooseThreshold(store, recognizer, {
      setting: settings.threshold,
    });
    const results = await registerPhotos(recognizer, store, photos, {
      threshold,
      force,
      largest,
      onProgress: progressBar("Registering"),
    });
    await store.close();
    const { lines, ...outcome } = registrationOutcome(results);
    const sealed = settings.storeKey !== "" || settings.storeKeyFile !== "";
    answer({
      ...outcome,
      lines: [
        ...lines,
        // A JSON store is for anybody to read; only a database has a log and a seal.
        ...(first && !sealed && store.audit !== null
          ? [
            "The embeddings are kept unsealed; set store_key and run `deno task store seal` to seal them.",
          ]
          : []),
      ],
    });
  });

if (import.meta.main) await runTask(register);

/** What a task that registers says and exits with. */
export function registrationOutcome(
  results: readonly Registration[],
): Outcome {
  return {
    exitCode: registrationCode(results),
    result: results.map((
      { photo, path = photo, user, outcome, reasons, warnings },
    ) => ({
      photo: path,
      user,
      outcome,
      reasons,
      warnings,
    })),
    lines: registrationLines(results),
  };
}

function registrationCode(results: readonly Registration[]): number {
  const refused = results.filter(({ outcome }) => outcome === "refused").length;
  return refused === 0
    ? done
    : refused === results.length
    ? nothingUsable
    : someSkipped;
}

async function photosToRegister(
  settings: Settings,
  paths: readonly string[],
  user: string | undefined,
): Promise<PhotoFile[]> {
  const name = requireUserName(user ?? settings.user);
  const from = paths.length > 0 ? paths : [settings.registerPath];
  return (await Promise.all(from.map((path) => listPhotos(path, name)))).flat();
}

/** What registration did, a line for each photo that needs one and one for the whole. */
function registrationLines(results: readonly Registration[]): string[] {
  const lines = results.flatMap((
    { photo, path = photo, reasons, warnings },
  ) => [
    ...reasons.map((reason) => `  refused: ${reasonText(reason, path)}`),
    ...warnings.map((warning) => `  ${path}: ${reasonText(warning, path)}`),
  ]);
  const count = (wanted: Registration["outcome"]) =>
    results.filter(({ outcome }) => outcome === wanted).length;
  const byUser = Map.groupBy(results, ({ user }) => user);
  const counts = (["added", "replaced", "unchanged", "refused"] as const)
    .filter((outcome) => count(outcome) > 0)
    .map((outcome) => `${count(outcome)} ${outcome}`);
  const got = [...byUser].map(([user, own]) => ({
    user,
    photos:
      own.filter(({ outcome }) => outcome === "added" || outcome === "replaced")
        .length,
  })).filter(({ photos }) => photos > 0);
  return [
    ...lines,
    `${results.length} photos of ${byUser.size} ${
      byUser.size === 1 ? "user" : "users"
    }: ${counts.join(", ")}.`,
    ...(got.length === 0
      ? []
      : [`  ${
        got.map(({ user, photos }) => `${user} got ${photos}`).join(", ")
      }`]),
  ];
}

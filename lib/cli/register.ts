/** `deno task register [--user NAME] [--force] [PATH…]`: registers photos. */
import { readSettings, type Settings, userName } from "../config.ts";
import { UsageError } from "../errors.ts";
import { listPhotos, type PhotoFile } from "../recognize/photo_files.ts";
import { createRecognizer } from "../recognize/recognizer.ts";
import { registerPhotos, type Registration } from "../people/register.ts";
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
  .action(async (paths, { user, force }) => {
    const settings = readSettings();
    const photos = await photosToRegister(settings, paths, user);
    const recognizer = await createRecognizer(settings);
    const store = await openStore(settings, recognizer);
    const first = (await store.users()).length === 0;
    const results = await registerPhotos(recognizer, store, photos, {
      duplicates: {
        threshold: settings.threshold ?? recognizer.defaultThreshold,
        policy: force ? "warn" : "refuse",
      },
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
export function registrationOutcome(results: readonly Registration[]): Outcome {
  return {
    exitCode: registrationCode(results),
    result: results.map(({ photo, outcome, problem, warnings }) => ({
      photo: photo.path,
      user: photo.user,
      outcome,
      problem: problem?.kind ?? null,
      warnings,
    })),
    lines: describeRegistrations(results),
  };
}

function registrationCode(results: readonly Registration[]): number {
  const skipped = results.filter(({ outcome }) => outcome === "skipped").length;
  return skipped === 0
    ? done
    : skipped === results.length
    ? nothingUsable
    : someSkipped;
}

async function photosToRegister(
  settings: Settings,
  paths: readonly string[],
  user: string | undefined,
): Promise<PhotoFile[]> {
  const name = userName(user ?? settings.user);
  if (name === undefined) {
    throw new UsageError(
      `--user ${user} is not a usable name; use letters, digits and spaces.`,
    );
  }
  const from = paths.length > 0 ? paths : [settings.registerPath];
  return (await Promise.all(from.map((path) => listPhotos(path, name)))).flat();
}

/** What registration did, a line for each photo that needs one and one for the whole. */
export function describeRegistrations(
  results: readonly Registration[],
): string[] {
  const lines = results.flatMap(({ photo, outcome, problem, warnings }) => [
    ...(outcome === "skipped" ? [`  skipped: ${problem?.message}`] : []),
    ...warnings.map((warning) => `  ${photo.path}: ${warning}`),
  ]);
  const count = (wanted: Registration["outcome"]) =>
    results.filter(({ outcome }) => outcome === wanted).length;
  const users = new Set(results.map(({ photo }) => photo.user));
  const counts = (["added", "replaced", "unchanged", "skipped"] as const)
    .filter((outcome) => count(outcome) > 0)
    .map((outcome) => `${count(outcome)} ${outcome}`);
  return [
    ...lines,
    `${results.length} photos of ${users.size} ${
      users.size === 1 ? "user" : "users"
    }: ${counts.join(", ")}.`,
  ];
}

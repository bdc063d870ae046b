/** What tasks share that register photos. */
import type { Settings } from "../config.ts";
import { chooseThreshold } from "../people/choose_threshold.ts";
import { requireUserName } from "../people/names.ts";
import { reasonText } from "../people/reasons.ts";
import type { Registration } from "../people/register.ts";
import { registerPhotos } from "../people/register_photos.ts";
import type { RegistrationPolicy } from "../people/registration_rules.ts";
import {
  foldersPassedOver,
  listPhotos,
  type PhotoFile,
} from "../recognize/photo_files.ts";
import { createRecognizer, type Recognizer } from "../recognize/recognizer.ts";
import type { EmbeddingStore } from "../store/embedding_store.ts";
import { counted } from "../words.ts";
import { openNoted } from "./open_noted.ts";
import { progressBar } from "./progress.ts";
import { note, type Outcome } from "./run_task.ts";

/** What a task that registers ends with. */
const codes = {
  allDone: 0,
  nothingUsable: 2,
  someRefused: 3,
  /** As shells say it: 128 and the number of SIGINT. */
  interrupted: 130,
};

/** Registers the photos of files and folders; those directly in a folder are the user's. */
export async function registerPaths(
  paths: readonly string[],
  user: string,
  settings: Settings,
  policy: Partial<RegistrationPolicy>,
): Promise<Outcome> {
  const name = requireUserName(user);
  const photos: PhotoFile[] = [];
  for (const path of paths) {
    photos.push(...await listPhotos(path, name));
    for (const { path: folder, kind } of await foldersPassedOver(path)) {
      note(
        kind === "empty"
          ? `  ${folder} holds no photo.`
          : `  ${folder} lies inside a user's folder and is passed over; move its photos one folder up.`,
      );
    }
  }
  const recognizer = await createRecognizer(settings);
  await using store = await openNoted(settings, recognizer);
  return await registerFiles({ recognizer, store, settings }, photos, policy);
}

/** Registers photos until all are done or somebody presses Ctrl-C; says what was kept. */
export async function registerFiles(
  { recognizer, store, settings }: {
    readonly recognizer: Recognizer;
    readonly store: EmbeddingStore;
    readonly settings: Settings;
  },
  photos: readonly PhotoFile[],
  policy: Partial<RegistrationPolicy> = {},
): Promise<Outcome & { readonly result: readonly unknown[] }> {
  const { threshold } = await chooseThreshold(store, recognizer, {
    setting: settings.threshold,
  });
  const stopping = new AbortController();
  const stop = () => stopping.abort();
  Deno.addSignalListener("SIGINT", stop);
  try {
    const results = await registerPhotos(recognizer, store, photos, {
      threshold,
      ...policy,
      signal: stopping.signal,
      onProgress: progressBar("Registering"),
    });
    return outcomeOf(results, photos.length);
  } finally {
    Deno.removeSignalListener("SIGINT", stop);
  }
}

function outcomeOf(results: readonly Registration[], asked: number) {
  const refused = results.filter(({ outcome }) => outcome === "refused").length;
  const exitCode = results.length < asked
    ? codes.interrupted
    : refused === 0
    ? codes.allDone
    : refused === asked
    ? codes.nothingUsable
    : codes.someRefused;
  return {
    exitCode,
    result: results.map(({ photo, path = photo, ...rest }) => ({
      ...rest,
      photo: path,
    })),
    lines: [
      ...results.flatMap(({ photo, path = photo, reasons, warnings }) => [
        ...reasons.map((reason) => `  refused: ${reasonText(reason, path)}`),
        ...warnings.map((warning) => `  ${path}: ${reasonText(warning, path)}`),
      ]),
      ...summary(results),
      ...(results.length < asked
        ? [
          `Stopped after ${results.length} of ${
            counted(asked, "photo")
          }; what was added is kept, and the same command goes on from there.`,
        ]
        : []),
    ],
  };
}

function summary(results: readonly Registration[]): string[] {
  const ofOutcome = Map.groupBy(results, ({ outcome }) => outcome);
  const counts = (["added", "replaced", "unchanged", "refused"] as const)
    .flatMap((outcome) => {
      const count = ofOutcome.get(outcome)?.length ?? 0;
      return count > 0 ? [`${count} ${outcome}`] : [];
    });
  const byUser = [...Map.groupBy(results, ({ user }) => user)];
  const got = byUser.flatMap(([user, own]) => {
    const count = own.filter(({ outcome }) =>
      outcome === "added" || outcome === "replaced"
    ).length;
    return count > 0 ? [`${user} got ${count}`] : [];
  });
  return [
    `${counted(results.length, "photo")} of ${
      counted(byUser.length, "user")
    }: ${counts.join(", ") || "nothing done"}.`,
    ...(got.length > 0 ? [`  ${got.join(", ")}`] : []),
  ];
}

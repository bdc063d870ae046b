/** `deno task users`: who is registered, and what is kept about them. */
import { readSettings, type Settings } from "../config.ts";
import { UsageError } from "../errors.ts";
import { forgetPhotos } from "../evaluate/embedding_cache.ts";
import { requireFreeName, requireRegistered } from "../people/names.ts";
import { reembedUsers } from "../people/reembed.ts";
import type { RegistrationPolicy } from "../people/registration_rules.ts";
import {
  chipsOf,
  exportUser,
  purgeUsers,
  type Removal,
  removeUser,
  renameUser,
  templatesOf,
} from "../people/users.ts";
import { listPhotos } from "../recognize/photo_files.ts";
import { createRecognizer } from "../recognize/recognizer.ts";
import type { EmbeddingStore } from "../store/embedding_store.ts";
import { checkStorePlace, openStore } from "../store/open_store.ts";
import { counted } from "../words.ts";
import { progressBar } from "./progress.ts";
import { registerFiles } from "./register.ts";
import { answer, type Outcome, runTask, taskCommand } from "./run_task.ts";

/** Where `deno task evaluate` writes unless told otherwise. */
const evaluation = "evaluation";
const forget = (photoSha256s: readonly string[]) =>
  forgetPhotos(`${evaluation}/embeddings.jsonl`, photoSha256s);

const users = taskCommand(
  "users",
  "Who is registered, and what is kept about them.",
  "add hana signin_photos/hana/hana_01.jpg",
);

users.command("list")
  .description("all users and how many photos of each are kept")
  .action(() =>
    withStore(async (store) => {
      const counts = new Map<string, number>();
      for (const { user } of await store.templates()) {
        counts.set(user, (counts.get(user) ?? 0) + 1);
      }
      const result = [...counts].sort().map(([user, photos]) => ({
        user,
        photos,
      }));
      const lines = result.map(({ user, photos }) =>
        `${user}  ${counted(photos, "photo")}`
      );
      return {
        result,
        lines: lines.length > 0 ? lines : ["Nobody is registered."],
      };
    })
  );

users.command("show <name>")
  .description("one user's photos")
  .action((user) =>
    withStore(async (store) => {
      const templates = await templatesOf(store, user);
      const chips = await chipsOf(store, templates);
      const photos = templates.map(({ photo, createdAt }) => ({
        photo,
        createdAt,
      }));
      return {
        result: { user, photos, chips },
        lines: [
          ...photos.map(({ photo, createdAt }) =>
            `${photo}  registered ${createdAt.slice(0, 10)}`
          ),
          `${counted(chips.length, "aligned face")} kept`,
        ],
      };
    })
  );

users.command("add <name> <photos...>")
  .description("register a new user; a folder stands for its photos")
  .option("--force", "although the face is another user's")
  .option("--largest", "take the largest face of a photo of several people")
  .action((name, photos, policy) =>
    withStore(async (store, settings) =>
      await register(
        settings,
        requireFreeName(name, await store.users()),
        photos,
        { ...policy, newUsers: true },
      )
    )
  );

users.command("update <name> <photos...>")
  .description("register more or changed photos of a user")
  .option("--force", "although the face is another user's")
  .option("--largest", "take the largest face of a photo of several people")
  .action((name, photos, policy) =>
    withStore(async (store, settings) =>
      await register(
        settings,
        requireRegistered(name, await store.users()),
        photos,
        policy,
      )
    )
  );

users.command("rename <name> <new_name>")
  .description("give a user another name")
  .action((name, newName) =>
    withStore(async (store) => {
      const result = await renameUser(store, name, newName);
      const { user, templates } = result;
      const photos = counted(templates, "photo");
      return { result, lines: [`${name} is now ${user}; ${photos} kept.`] };
    })
  );

users.command("remove <name>")
  .description(
    "forget a user: templates, aligned faces, failed sign-ins, and what the evaluation's cache keeps of the photos",
  )
  .action((name) =>
    withStore(async (store) => {
      const removal = await removeUser(store, name, forget);
      return {
        result: removal,
        lines: [removalText(removal, store), ...await reportNotes()],
      };
    })
  );

users.command("export <name>")
  .description("everything kept about a user, as JSON")
  .action((name) =>
    withStore(async (store) => {
      const kept = await exportUser(store, name);
      return { result: kept, lines: [JSON.stringify(kept, null, 2)] };
    })
  );

users.command("reembed")
  .description(
    "after a change of model: embed everybody's photos again from register_path",
  )
  .option("--chips", "from the aligned faces kept instead")
  .action(({ chips }) =>
    withStore(async (store, settings) => {
      const recognizer = await createRecognizer(settings);
      const { modelId } = recognizer;
      const templates = await reembedUsers(recognizer, store, {
        photosIn: chips ? null : settings.registerPath,
        user: settings.user,
        onProgress: progressBar("Embedding"),
      });
      const photos = counted(templates, "photo");
      return {
        result: { templates, modelId },
        lines: [`${photos} embedded again for ${modelId}.`],
      };
    })
  );

users.command("purge")
  .description("forget everybody")
  .option("--force", "really")
  .action(({ force }) =>
    withStore(async (store) => {
      if (!force) {
        throw new UsageError(
          "purge forgets every user for good; add --force to do it",
        );
      }
      const removals = await purgeUsers(store, forget);
      return {
        result: removals,
        lines: [
          ...removals.map((removal) => removalText(removal, store)),
          `${counted(removals.length, "user")} removed.`,
          ...await reportNotes(),
        ],
      };
    })
  );

if (import.meta.main) await runTask(users);

async function withStore(
  use: (store: EmbeddingStore, settings: Settings) => Promise<Outcome>,
): Promise<void> {
  const settings = readSettings();
  await checkStorePlace(settings);
  const store = await openStore(settings);
  try {
    answer(await use(store, settings));
  } finally {
    await store.close();
  }
}

async function register(
  settings: Settings,
  user: string,
  paths: readonly string[],
  policy: Partial<RegistrationPolicy>,
): Promise<Outcome> {
  const files = (await Promise.all(paths.map((path) => listPhotos(path, user))))
    .flat();
  const other = files.find((file) => file.user !== user);
  if (other !== undefined) {
    throw new UsageError(
      `${other.path} lies in a folder of its own, which could be another person's; name the folders that hold ${user}'s photos.`,
    );
  }
  const recognizer = await createRecognizer(settings);
  const store = await openStore(settings, recognizer);
  try {
    return await registerFiles({ recognizer, store, settings }, files, policy);
  } finally {
    await store.close();
  }
}

function removalText(
  { user, templates, cached }: Removal,
  { audit }: EmbeddingStore,
): string {
  const faces = counted(
    templates,
    "template with its aligned face",
    "templates with their aligned faces",
  );
  const entries = counted(cached, "entry", "entries");
  const log = audit === null
    ? ""
    : ` The audit log keeps that ${user} was removed.`;
  return `${user} removed: ${faces} and ${entries} of the evaluation's cache.${log}`;
}

/** A report shows the pairs that were hardest, and nobody can tell from it whose they are. */
async function reportNotes(): Promise<string[]> {
  const report = `${evaluation}/report.html`;
  const there = await Deno.stat(report).then(() => true, () => false);
  return there
    ? [
      `${report} may show faces from before; remove it, or make it again with \`deno task evaluate\`.`,
    ]
    : [];
}

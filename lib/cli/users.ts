/** `deno task users list | show | add | update | rename | remove | export | reembed | purge`: who is registered. */
import { readSettings, type Settings } from "../config.ts";
import { UsageError } from "../errors.ts";
import { forgetPhotos as forgetCached } from "../evaluate/embedding_cache.ts";
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
import { chooseThreshold } from "../people/choose_threshold.ts";
import { requireFreeName, requireRegistered } from "../people/names.ts";
import { reembedUsers } from "../people/reembed.ts";
import type { RegistrationPolicy } from "../people/registration_rules.ts";
import { registerPhotos } from "../people/register_photos.ts";
import type { EmbeddingStore } from "../store/embedding_store.ts";
import { openStore } from "../store/open_store.ts";
import { progressBar } from "./progress.ts";
import { registrationOutcome } from "./register.ts";
import { answer, runTask, taskCommand } from "./run_task.ts";

/** Where `deno task evaluate` writes unless told otherwise. */
const EVALUATION = "evaluation";

interface Call {
  readonly store: EmbeddingStore;
  readonly settings: Settings;
}

const users = taskCommand(
  "users",
  "Who is registered, and what is kept about them.",
  "add hana signin_photos/hana/hana_01.jpg",
);
users.command("list")
  .description("all users and how many photos of each are kept")
  .action(() => withStore(list));
users.command("show")
  .description("one user's photos")
  .argument("<name>")
  .action((name) => withStore((call) => show(call, name)));
users.command("add")
  .description("register a new user")
  .argument("<name>")
  .argument("<photos...>", "photos or folders of photos")
  .option("--force", "although the face is another user's")
  .option("--largest", "take the largest face of a photo of several people")
  .action((name, photos, policy) =>
    withStore(async (call) => {
      const user = requireFreeName(name, await call.store.users());
      await register(call, user, photos, { ...policy, newUsers: true });
    })
  );
users.command("update")
  .description("register more or changed photos of a user")
  .argument("<name>")
  .argument("<photos...>", "photos or folders of photos")
  .option("--force", "although the face is another user's")
  .option("--largest", "take the largest face of a photo of several people")
  .action((name, photos, policy) =>
    withStore(async (call) => {
      const user = requireRegistered(name, await call.store.users());
      await register(call, user, photos, policy);
    })
  );
users.command("rename")
  .description("give a user another name")
  .argument("<name>")
  .argument("<new_name>")
  .action((name, newName) => withStore((call) => rename(call, name, newName)));
users.command("remove")
  .description(
    "forget a user: templates, aligned faces, failed sign-ins, and what the evaluation's cache keeps of the photos",
  )
  .argument("<name>")
  .action((name) => withStore((call) => remove(call, name)));
users.command("export")
  .description("everything kept about a user, as JSON")
  .argument("<name>")
  .action((name) => withStore((call) => exportAll(call, name)));
users.command("reembed")
  .description(
    "after a change of model: embed everybody's photos again from register_path",
  )
  .option("--chips", "from the aligned faces kept instead")
  .action(({ chips = false }) => withStore((call) => reembed(call, chips)));
users.command("purge")
  .description("forget everybody")
  .option("--force", "really")
  .action(({ force = false }) => withStore((call) => purge(call, force)));

if (import.meta.main) await runTask(users);

async function withStore(use: (call: Call) => Promise<void>): Promise<void> {
  const settings = readSettings();
  const store = await openStore(settings);
  try {
    await use({ store, settings });
  } finally {
    await store.close();
  }
}

async function list({ store }: Call): Promise<void> {
  const counts = new Map<string, number>();
  for (const { user } of await store.templates()) {
    counts.set(user, (counts.get(user) ?? 0) + 1);
  }
  const users = [...counts].sort().map(([user, photos]) => ({ user, photos }));
  answer({
    result: users,
    lines: users.length === 0
      ? ["Nobody is registered."]
      : users.map(({ user, photos }) => `${user}  ${photosText(photos)}`),
  });
}

async function show(
  { store, settings: { savePath } }: Call,
  user: string,
): Promise<void> {
  const templates = await templatesOf(store, user);
  const chips = await chipsOf(store, templates);
  answer({
    result: {
      user,
      photos: templates.map(({ photo, createdAt }) => ({ photo, createdAt })),
      chips,
    },
    lines: [
      ...templates.map(({ photo, createdAt }) =>
        `${photo}  registered ${createdAt.slice(0, 10)}`
      ),
      `${chips.length} aligned faces in ${savePath}/${user}`,
    ],
  });
}

async function register(
  { settings }: Call,
  user: string,
  paths: readonly string[],
  policy: Partial<RegistrationPolicy>,
): Promise<void> {
  const files = (await Promise.all(paths.map((path) => listPhotos(path, user))))
    .flat();
  const recognizer = await createRecognizer(settings);
  const store = await openStore(settings, recognizer);
  const { threshold } = await chooseThreshold(store, recognizer, {
    setting: settings.threshold,
  });
  const results = await registerPhotos(recognizer, store, files, {
    threshold,
    ...policy,
    onProgress: progressBar("Registering"),
  });
  await store.close();
  answer(registrationOutcome(results));
}

async function rename({ store }: Call, user: string, newName: string) {
  const renamed = await renameUser(store, user, newName);
  const { user: name, templates } = renamed;
  answer({
    result: renamed,
    lines: [`${user} is now ${name}; ${photosText(templates)} kept.`],
  });
}

async function remove({ store }: Call, user: string): Promise<void> {
  const removal = await removeUser(store, user, forgetPhotos);
  answer({
    result: removal,
    lines: [removalText(removal, store), ...await reportNotes()],
  });
}

async function exportAll({ store }: Call, user: string): Promise<void> {
  const kept = await exportUser(store, user);
  answer({ result: kept, lines: [JSON.stringify(kept, null, 2)] });
}

async function reembed(
  { store, settings }: Call,
  chips: boolean,
): Promise<void> {
  const recognizer = await createRecognizer(settings);
  const count = await reembedUsers(recognizer, store, {
    photosIn: chips ? null : settings.registerPath,
    user: settings.user,
    onProgress: progressBar("Embedding"),
  });
  answer({
    result: { templates: count, modelId: recognizer.modelId },
    lines: [`${photosText(count)} embedded again for ${recognizer.modelId}.`],
  });
}

async function purge({ store }: Call, force: boolean): Promise<void> {
  if (!force) {
    throw new UsageError(
      "purge forgets every user for good; add --force to do it",
    );
  }
  const removals = await purgeUsers(store, forgetPhotos);
  answer({
    result: removals,
    lines: [
      ...removals.map((removal) => removalText(removal, store)),
      `${removals.length} users removed.`,
      ...await reportNotes(),
    ],
  });
}

function removalText(
  { user, templates, cached }: Removal,
  { audit }: EmbeddingStore,
): string {
  return `${user} removed: ${templates} templates with their aligned faces and ${cached} entries of the evaluation's cache.${
    audit === null ? "" : ` The audit log keeps that ${user} was removed.`
  }`;
}

function forgetPhotos(photoSha256s: readonly string[]): Promise<number> {
  return forgetCached(`${EVALUATION}/embeddings.jsonl`, photoSha256s);
}

/** A report shows the pairs that were hardest, and nobody can tell from it whose they are. */
async function reportNotes(): Promise<string[]> {
  const report = `${EVALUATION}/report.html`;
  const there = await Deno.stat(report).then(() => true, () => false);
  return there
    ? [
      `${report} may show faces from before; remove it, or make it again with \`deno task evaluate\`.`,
    ]
    : [];
}

function photosText(count: number): string {
  return `${count} ${count === 1 ? "photo" : "photos"}`;
}

/** `deno task users list | show | add | update | rename | remove | export | reembed | purge`: who is registered. */
import { parseArgs } from "node:util";
import { readSettings, type Settings } from "../config.ts";
import { NothingRegisteredError, UsageError } from "../errors.ts";
import { forgetPhotos as forgetCached } from "../evaluate/embedding_cache.ts";
import {
  chipsOf,
  exportUser,
  purgeUsers,
  type Removal,
  removeUser,
  renameUser,
  requireUserName,
  type UserRecords,
} from "../people/manage_users.ts";
import { listPhotos } from "../recognize/photo_files.ts";
import { createRecognizer } from "../recognize/recognizer.ts";
import { reembedUsers } from "../people/reembed_users.ts";
import { registerPhotos } from "../people/register.ts";
import { openRecordsAsTheyAre, openStore } from "../store/open_store.ts";
import { progressBar } from "./progress.ts";
import { describeRegistrations, registrationCode } from "./register.ts";
import { parsedOrUsage, runTask } from "./run_task.ts";

const usage = `deno task users COMMAND
  list                             all users and how many photos of each are kept
  show NAME                        one user's photos
  add NAME PHOTO… [--force]        register a new user; --force although the face is another user's
  update NAME PHOTO… [--force]     register more or changed photos of a user
  rename NAME NEW_NAME             give a user another name
  remove NAME                      forget a user: templates, aligned faces, failed sign-ins, and
                                   what the evaluation's cache keeps of the registered photos
  export NAME                      everything kept about a user, as JSON
  reembed [--chips]                after a change of model: embed everybody's photos again, from
                                   register_path or from the aligned faces kept
  purge --force                    forget everybody`;

/** Where `deno task evaluate` writes unless told otherwise. */
const EVALUATION = "evaluation";

interface Call {
  readonly records: UserRecords;
  readonly settings: Settings;
  readonly force: boolean;
  readonly chips: boolean;
}

type Command = (call: Call, ...names: string[]) => Promise<number>;

interface CommandEntry {
  readonly run: Command;
  readonly least: number;
  readonly most: number;
}

const commands: Record<string, CommandEntry> = {
  list: { run: list, least: 0, most: 0 },
  show: { run: show, least: 1, most: 1 },
  add: { run: add, least: 2, most: Infinity },
  update: { run: update, least: 2, most: Infinity },
  rename: { run: rename, least: 2, most: 2 },
  remove: { run: remove, least: 1, most: 1 },
  export: { run: exportAll, least: 1, most: 1 },
  reembed: { run: reembed, least: 0, most: 0 },
  purge: { run: purge, least: 0, most: 0 },
};

if (import.meta.main) await runTask(users);

async function users(args: string[]): Promise<number> {
  const { values, positionals: [name, ...rest] } = parsedOrUsage(
    "deno task users --help",
    () =>
      parseArgs({
        args,
        options: {
          force: { type: "boolean" },
          chips: { type: "boolean" },
          help: { type: "boolean", short: "h" },
        },
        allowPositionals: true,
      }),
  );
  if (values.help) {
    console.log(`usage: ${usage}`);
    return 0;
  }
  const command = commands[name ?? ""];
  const fits = command !== undefined && rest.length >= command.least &&
    rest.length <= command.most;
  if (!fits) throw new UsageError(`usage: ${usage}`);
  const settings = readSettings();
  const records = await openRecordsAsTheyAre(settings);
  const { force = false, chips = false } = values;
  try {
    return await command.run({ records, settings, force, chips }, ...rest);
  } finally {
    await records.store.close();
  }
}

async function list({ records: { store } }: Call): Promise<number> {
  const counts = new Map<string, number>();
  for (const { user } of await store.templates()) {
    counts.set(user, (counts.get(user) ?? 0) + 1);
  }
  for (const user of [...counts.keys()].sort()) {
    console.log(`${user}  ${photos(counts.get(user)!)}`);
  }
  if (counts.size === 0) console.log("Nobody is registered.");
  return 0;
}

async function show(
  { records: { store, savePath } }: Call,
  user: string,
): Promise<number> {
  const templates = await store.templates(user);
  if (templates.length === 0) {
    throw new NothingRegisteredError(
      `${user} is not registered; \`deno task users list\` shows who is`,
    );
  }
  for (const { photo, createdAt } of templates) {
    console.log(`${photo}  registered ${createdAt.slice(0, 10)}`);
  }
  const chips = await chipsOf(savePath, user);
  console.log(`${chips.length} aligned faces in ${savePath}/${user}`);
  return 0;
}

async function add(call: Call, user: string, ...paths: string[]) {
  const name = requireUserName(user);
  if ((await call.records.store.users()).includes(name)) {
    throw new UsageError(
      `${name} is registered already; use \`deno task users update\`, or choose another name`,
    );
  }
  return await register(call, name, paths);
}

async function update(call: Call, user: string, ...paths: string[]) {
  const name = requireUserName(user);
  if (!(await call.records.store.users()).includes(name)) {
    throw new NothingRegisteredError(
      `${name} is not registered; use \`deno task users add\``,
    );
  }
  return await register(call, name, paths);
}

async function register(
  { records, settings, force }: Call,
  user: string,
  paths: readonly string[],
): Promise<number> {
  const files = (await Promise.all(paths.map((path) => listPhotos(path, user))))
    .flat();
  const recognizer = await createRecognizer(settings);
  const store = await openStore(settings, recognizer);
  const results = await registerPhotos(recognizer, store, files, {
    savePath: records.savePath,
    duplicates: {
      threshold: settings.threshold ?? recognizer.defaultThreshold,
      policy: force ? "warn" : "refuse",
    },
    onProgress: progressBar("Registering"),
  });
  await store.close();
  for (const line of describeRegistrations(results)) console.log(line);
  return registrationCode(results);
}

async function rename({ records }: Call, user: string, newName: string) {
  const count = await renameUser(records, user, newName);
  console.log(`${user} is now ${newName.trim()}; ${photos(count)} kept.`);
  return 0;
}

async function remove({ records }: Call, user: string): Promise<number> {
  const removal = await removeUser({ ...records, forgetPhotos }, user);
  console.log(describeRemoval(removal));
  await mentionReport();
  return 0;
}

async function exportAll({ records }: Call, user: string): Promise<number> {
  console.log(JSON.stringify(await exportUser(records, user), null, 2));
  return 0;
}

async function reembed({ records, settings, chips }: Call): Promise<number> {
  const recognizer = await createRecognizer(settings);
  const count = await reembedUsers(recognizer, records, {
    photosIn: chips ? null : settings.registerPath,
    user: settings.user,
    pool: { config: settings },
    onProgress: progressBar("Embedding"),
  });
  console.log(`${photos(count)} embedded again for ${recognizer.modelId}.`);
  return 0;
}

async function purge({ records, force }: Call): Promise<number> {
  if (!force) {
    throw new UsageError(
      "purge forgets every user for good; add --force to do it",
    );
  }
  const removals = await purgeUsers({ ...records, forgetPhotos });
  for (const removal of removals) console.log(describeRemoval(removal));
  console.log(`${removals.length} users removed.`);
  await mentionReport();
  return 0;
}

function describeRemoval(
  { user, templates, chips, cached }: Removal,
): string {
  return `${user} removed: ${templates} templates, ${chips} aligned faces and ${cached} entries of the evaluation's cache. The audit log keeps that ${user} was removed.`;
}

function forgetPhotos(photoSha256s: readonly string[]): Promise<number> {
  return forgetCached(`${EVALUATION}/embeddings.jsonl`, photoSha256s);
}

/** A report shows the pairs that were hardest, and nobody can tell from it whose they are. */
async function mentionReport(): Promise<void> {
  const report = `${EVALUATION}/report.html`;
  const there = await Deno.stat(report).then(() => true, () => false);
  if (there) {
    console.log(
      `${report} may show faces from before; remove it, or make it again with \`deno task evaluate\`.`,
    );
  }
}

function photos(count: number): string {
  return `${count} ${count === 1 ? "photo" : "photos"}`;
}

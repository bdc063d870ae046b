import { userName } from "../config.ts";
import { NothingRegisteredError, UsageError } from "../errors.ts";
import type { Template } from "../match/gallery.ts";
import { toWriteError } from "../store/atomic_file.ts";
import type { AuditEntry } from "../store/audit/audit_log.ts";
import type { EmbeddingStore } from "../store/embedding_store.ts";
import type { UserRecords } from "../store/open_store.ts";
import { requireFreeName } from "../store/store_model.ts";

export type { UserRecords } from "../store/open_store.ts";

/** Where users are removed from. */
export interface RemovalPlaces extends UserRecords {
  /** Takes out of a cache what it keeps of these photos and answers how much; no cache where it is missing. */
  readonly forgetPhotos?: (photoSha256s: readonly string[]) => Promise<number>;
}

/** What was kept about a user and is gone. */
export interface Removal {
  readonly user: string;
  readonly templates: number;
  readonly chips: number;
  /** Entries of the cache. */
  readonly cached: number;
}

/** Everything kept about a user, for that person to read. */
export interface UserExport {
  readonly user: string;
  readonly modelId: string;
  readonly templates: readonly (Omit<Template, "vector"> & {
    readonly embedding: readonly number[];
  })[];
  /** Paths of the aligned face pictures. */
  readonly chips: readonly string[];
  readonly audit: readonly AuditEntry[];
}

/**
 * Removes a user's templates, chips, cache entries and count of failed sign-ins. The audit log keeps that the user
 * was there and was removed, because a log that forgets proves nothing. Photos lying in
 * `register_path` are their owner's and stay.
 *
 * @throws NothingRegisteredError when nothing is kept under that name.
 */
export async function removeUser(
  { store, audit, attempts, savePath, forgetPhotos }: RemovalPlaces,
  user: string,
): Promise<Removal> {
  const chips = await chipsOf(savePath, user);
  // First, because only the templates tell which photos were the user's.
  const cached = forgetPhotos === undefined
    ? 0
    : await forgetPhotos(await photosOf(store, user));
  const templates = await store.remove(user);
  if (templates === 0 && chips.length === 0) throw unknown(user);
  if (chips.length > 0) await removeFolder(`${savePath}/${user}`);
  await attempts.succeeded(user);
  // The store has taken down the removal of templates itself.
  if (templates === 0) await audit.append({ event: "remove", user, templates });
  return { user, templates, chips: chips.length, cached };
}

async function photosOf(
  store: EmbeddingStore,
  user: string,
): Promise<string[]> {
  return (await store.templates(user)).map(({ photoSha256 }) => photoSha256);
}

/** Removes every user. */
export async function purgeUsers(records: RemovalPlaces): Promise<Removal[]> {
  const removals: Removal[] = [];
  const withChips = await foldersIn(records.savePath);
  const users = new Set([...await records.store.users(), ...withChips]);
  for (const user of users) removals.push(await removeUser(records, user));
  return removals;
}

/**
 * Gives a user another name, with templates and chips.
 *
 * @throws UsageError when the new name is not usable or taken.
 * @throws NothingRegisteredError when the user is unknown.
 */
export async function renameUser(
  { store, attempts, savePath }: UserRecords,
  user: string,
  newName: string,
): Promise<number> {
  const name = requireUserName(newName);
  const users = await store.users();
  if (!users.includes(user)) throw unknown(user);
  requireFreeName(name, users.includes(name));
  // First: killed in between, the same command run again goes on from here.
  await moveChips(savePath, user, name);
  const templates = await store.rename(user, name);
  await attempts.succeeded(user);
  return templates;
}

/** Gathers everything kept about a user. @throws NothingRegisteredError when that is nothing. */
export async function exportUser(
  { store, audit, savePath }: UserRecords,
  user: string,
): Promise<UserExport> {
  const templates = await store.templates(user);
  const chips = await chipsOf(savePath, user);
  if (templates.length === 0 && chips.length === 0) throw unknown(user);
  const entries = await audit.entries();
  return {
    user,
    modelId: store.model.modelId,
    templates: templates.map(({ vector, ...head }) => ({
      ...head,
      embedding: [...vector],
    })),
    chips: chips.map((name) => `${savePath}/${user}/${name}`),
    audit: entries.filter((entry) => concerns(entry, user)),
  };
}

/** A name as it is kept. @throws UsageError when it is no usable name. */
export function requireUserName(text: string): string {
  const name = userName(text);
  if (name !== undefined) return name;
  throw new UsageError(
    `"${text}" is not a usable name; use 1 to 64 letters, digits, spaces, dots, hyphens and underscores, beginning with a letter or digit`,
  );
}

function concerns(entry: AuditEntry, user: string): boolean {
  const names = [
    "user" in entry ? entry.user : null,
    "claimed" in entry ? entry.claimed : null,
    "newName" in entry ? entry.newName : null,
  ];
  return names.includes(user);
}

function unknown(user: string): NothingRegisteredError {
  return new NothingRegisteredError(
    `${user} is not registered; \`deno task users list\` shows who is`,
  );
}

/** Names of a user's chips, sorted. */
export async function chipsOf(
  savePath: string,
  user: string,
): Promise<string[]> {
  // The name comes from a command line: it must not lead out of the folder.
  if (userName(user) !== user) return [];
  return (await entriesIn(`${savePath}/${user}`)).map(({ name }) => name)
    .sort();
}

async function foldersIn(savePath: string): Promise<string[]> {
  return (await entriesIn(savePath)).filter(({ isDirectory, name }) =>
    isDirectory && userName(name) === name
  ).map(({ name }) => name);
}

async function entriesIn(folder: string): Promise<Deno.DirEntry[]> {
  try {
    return await Array.fromAsync(Deno.readDir(folder));
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return [];
    throw error;
  }
}

async function removeFolder(path: string): Promise<void> {
  try {
    await Deno.remove(path, { recursive: true });
  } catch (error) {
    throw toWriteError(path, error);
  }
}

async function moveChips(
  savePath: string,
  user: string,
  newName: string,
): Promise<void> {
  if ((await chipsOf(savePath, user)).length === 0) return;
  try {
    await Deno.rename(`${savePath}/${user}`, `${savePath}/${newName}`);
  } catch (error) {
    throw toWriteError(`${savePath}/${newName}`, error);
  }
}

import { userName } from "../config.ts";
import { NothingRegisteredError, UsageError } from "../errors.ts";
import type { Template } from "../match/gallery.ts";
import type { AuditEntry } from "../store/audit/audit_log.ts";
import type { EmbeddingStore } from "../store/embedding_store.ts";
import { requireFreeName } from "../store/store_model.ts";

/** Where users are removed from. */
export interface RemovalPlaces {
  readonly store: EmbeddingStore;
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
  /** Names of the photos whose aligned face is kept. */
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
  { store, forgetPhotos }: RemovalPlaces,
  user: string,
): Promise<Removal> {
  const chips = (await chipsOf(store, user)).length;
  // First, because only the templates tell which photos were the user's.
  const cached = forgetPhotos === undefined
    ? 0
    : await forgetPhotos(await photosOf(store, user));
  const templates = await store.remove(user);
  if (templates === 0) throw unknown(user);
  await store.attempts.succeeded(user);
  return { user, templates, chips, cached };
}

async function photosOf(
  store: EmbeddingStore,
  user: string,
): Promise<string[]> {
  return (await store.templates(user)).map(({ photoSha256 }) => photoSha256);
}

/** Removes every user. */
export async function purgeUsers(places: RemovalPlaces): Promise<Removal[]> {
  const removals: Removal[] = [];
  for (const user of await places.store.users()) {
    removals.push(await removeUser(places, user));
  }
  return removals;
}

/**
 * Gives a user another name, with templates and chips.
 *
 * @throws UsageError when the new name is not usable or taken.
 * @throws NothingRegisteredError when the user is unknown.
 */
export async function renameUser(
  store: EmbeddingStore,
  user: string,
  newName: string,
): Promise<number> {
  const name = requireUserName(newName);
  const users = await store.users();
  if (!users.includes(user)) throw unknown(user);
  requireFreeName(name, users.includes(name));
  const templates = await store.rename(user, name);
  await store.attempts.succeeded(user);
  return templates;
}

/** Gathers everything kept about a user. @throws NothingRegisteredError when that is nothing. */
export async function exportUser(
  store: EmbeddingStore,
  user: string,
): Promise<UserExport> {
  const templates = await store.templates(user);
  if (templates.length === 0) throw unknown(user);
  const entries = await store.audit?.entries() ?? [];
  return {
    user,
    modelId: store.model.modelId,
    templates: templates.map(({ vector, ...head }) => ({
      ...head,
      embedding: [...vector],
    })),
    chips: await chipsOf(store, user),
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

/** Names of a user's photos whose chip is kept, sorted. */
export async function chipsOf(
  store: EmbeddingStore,
  user: string,
): Promise<string[]> {
  const names: string[] = [];
  for (const { photo } of await store.templates(user)) {
    if (await store.chip(user, photo) !== null) names.push(photo);
  }
  return names.sort();
}

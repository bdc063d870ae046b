import type { Template } from "../match/gallery.ts";
import type { AuditEntry } from "../store/audit/audit_event.ts";
import type { EmbeddingStore } from "../store/embedding_store.ts";
import { notRegistered, requireFreeName } from "./names.ts";

/** What was kept about a user and is gone. */
export interface Removal {
  /** Who was removed. */
  readonly user: string;
  /** Templates, each with its chip. */
  readonly templates: number;
  /** Entries of the cache. */
  readonly cached: number;
}

/** Everything kept about a user, for that person to read. */
interface UserExport {
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
 * Removes a user's templates, chips, cache entries and count of failed sign-ins. An audit log keeps
 * that somebody was there and was removed, under a number that no name belongs to any more, because a
 * log that forgets proves nothing. Photos lying in
 * `register_path` are their owner's and stay.
 *
 * @param forgetPhotos takes photos out of a cache and returns how many entries there were; there is
 * none where it is missing
 * @throws NothingRegisteredError when nothing is kept under that name.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import {
 *   createRecognizer,
 *   listPhotos,
 *   openStore,
 *   registerPhotos,
 *   removeUser,
 * } from "@face/sign-in";
 *
 * const recognizer = await createRecognizer();
 * const folder = await Deno.makeTempDir();
 * const store = await openStore(
 *   { store: `${folder}/faces.db`, savePath: `${folder}/faces` },
 *   recognizer,
 * );
 * const files = await listPhotos("registration_photos/beatriz", "beatriz");
 * await registerPhotos(recognizer, store, files);
 * const { templates } = await removeUser(store, "beatriz");
 * assert.equal(templates, files.length);
 * await store.close();
 * ```
 */
export async function removeUser(
  store: EmbeddingStore,
  user: string,
  forgetPhotos: (photoSha256s: readonly string[]) => Promise<number> = () =>
    Promise.resolve(0),
): Promise<Removal> {
  // First, because only the templates tell which photos were the user's.
  const held = await templatesOf(store, user);
  const cached = await forgetPhotos(held.map(({ photoSha256 }) => photoSha256));
  const templates = await store.remove(user);
  await store.attempts.succeeded(user);
  return { user, templates, cached };
}

/** Removes every user. */
export async function purgeUsers(
  store: EmbeddingStore,
  forgetPhotos?: (photoSha256s: readonly string[]) => Promise<number>,
): Promise<Removal[]> {
  const removals: Removal[] = [];
  for (const user of await store.users()) {
    removals.push(await removeUser(store, user, forgetPhotos));
  }
  return removals;
}

/**
 * Gives a user another name, with templates and chips.
 *
 * @returns the new name as it is kept, and how many templates there are
 * @throws UsageError when the new name is not usable or taken.
 * @throws NothingRegisteredError when the user is unknown.
 */
export async function renameUser(
  store: EmbeddingStore,
  user: string,
  newName: string,
): Promise<{ readonly user: string; readonly templates: number }> {
  if (!await store.hasUser(user)) {
    throw notRegistered(user, await store.users());
  }
  // A name of one's own may be written another way.
  const name = await requireFreeName(newName, store, user);
  const templates = await store.rename(user, name);
  await store.attempts.succeeded(user);
  return { user: name, templates };
}

/** Gathers everything kept about a user. @throws NothingRegisteredError when that is nothing. */
export async function exportUser(
  store: EmbeddingStore,
  user: string,
): Promise<UserExport> {
  const templates = await templatesOf(store, user);
  const audit: AuditEntry[] = [];
  for await (const entry of store.audit?.entries() ?? []) {
    if (concerns(entry, user)) audit.push(entry);
  }
  return {
    user,
    modelId: store.model.modelId,
    templates: templates.map(({ vector, ...head }) => ({
      ...head,
      embedding: [...vector],
    })),
    chips: await chipsOf(store, templates),
    audit,
  };
}

/** A user's templates. @throws NothingRegisteredError when there are none. */
export async function templatesOf(
  store: EmbeddingStore,
  user: string,
): Promise<Template[]> {
  const templates = await store.templates(user);
  if (templates.length === 0) {
    throw notRegistered(user, await store.users());
  }
  return templates;
}

/** Names of the photos whose chip is kept, in the templates' order. */
export async function chipsOf(
  store: EmbeddingStore,
  templates: readonly Template[],
): Promise<string[]> {
  const names: string[] = [];
  for (const { user, photo } of templates) {
    if (await store.chip(user, photo) !== null) names.push(photo);
  }
  return names;
}

function concerns(entry: AuditEntry, user: string): boolean {
  const names = [
    "user" in entry ? entry.user : null,
    "claimed" in entry ? entry.claimed : null,
  ];
  return names.includes(user);
}

/**
 * Whether nobody was ever registered in a store: nobody is, and its log tells of no change. A JSON
 * store keeps no log; it is new while its file is missing.
 */
export async function wasNeverUsed(store: EmbeddingStore): Promise<boolean> {
  return store.audit !== null && !await store.hasUsers() &&
    (await store.audit.verify()).entries === 0;
}

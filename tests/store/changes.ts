import type { Template } from "../../lib/match/gallery.ts";
import type { AuditEvent } from "../../lib/store/audit/audit_event.ts";
import type {
  EmbeddingStore,
  StoreEntry,
} from "../../lib/store/embedding_store.ts";
import type { StoreKey } from "../../lib/store/seal/store_key.ts";
import { keyOf, openAt } from "./open_at.ts";
import { SAMPLE_MODEL, sampleTemplate } from "./sample_templates.ts";

/**
 * An endless, repeatable row of changes to a store: change number i does the same thing every time,
 * so that how many were made tells exactly what the store must hold.
 */
export async function makeChange(
  store: EmbeddingStore,
  i: number,
): Promise<void> {
  switch (i % 7) {
    case 0:
    case 2:
      await store.put(templatesOf(i).map(withChip));
      return;
    case 1:
      await store.put([withChip(replacement(i - 1))]);
      return;
    case 3:
      await store.remove(`user_${i - 3}`);
      return;
    case 4:
      if (store.audit !== null) await store.reseal(storeKeyAfter(i + 1));
      return;
    case 5:
      await store.rename(`user_${i - 3}`, `renamed_${i - 3}`);
      return;
    case 6:
      await store.remove(`renamed_${i - 11}`);
  }
}

/** The chip that a template of these changes has. */
export function chipOf({ photoSha256 }: Template): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(photoSha256);
}

function withChip(template: Template): StoreEntry {
  return { ...template, chip: chipOf(template) };
}

/** What the store holds after the first `count` changes. */
export function stateAfter(count: number): Template[] {
  let state: Template[] = [];
  // Nothing stays longer than two rounds.
  for (let i = Math.max(0, count - 21 - count % 7); i < count; i++) {
    const kind = i % 7;
    if (kind === 0 || kind === 2) state.push(...templatesOf(i));
    if (kind === 1) state = state.map(replacedBy(replacement(i - 1)));
    if (kind === 3) {
      state = state.filter(({ user }) => user !== `user_${i - 3}`);
    }
    if (kind === 5) state = renamed(state, i - 3);
    if (kind === 6) {
      state = state.filter(({ user }) => user !== `renamed_${i - 11}`);
    }
  }
  return state;
}

function replacedBy(changed: Template): (each: Template) => Template {
  return (each) =>
    each.user === changed.user && each.photo === changed.photo ? changed : each;
}

function renamed(state: readonly Template[], i: number): Template[] {
  return state.map((each) =>
    each.user === `user_${i}` ? { ...each, user: `renamed_${i}` } : each
  );
}

function templatesOf(i: number): Template[] {
  return [0, 1, 2].map((j) => sampleTemplate(`user_${i}`, i * 3 + j));
}

function replacement(i: number): Template {
  const { photo } = templatesOf(i)[1]!;
  return sampleTemplate(`user_${i}`, i * 3 + 100_000, { photo });
}

/** What the audit log tells of the first `count` changes, with the names that users have after them. */
export function eventsAfter(count: number): AuditEvent[] {
  const events: AuditEvent[] = [];
  const { modelId } = SAMPLE_MODEL;
  for (let i = 0; i < count; i++) {
    const kind = i % 7;
    if (kind === 0 || kind === 2) {
      const [user, added] = [nameAfter(i, count), { added: 3, replaced: 0 }];
      events.push({ event: "register", user, modelId, ...added });
    } else if (kind === 1) {
      const replaced = { added: 0, replaced: 1 };
      const user = nameAfter(i - 1, count);
      events.push({ event: "register", user, modelId, ...replaced });
    } else if (kind === 3) {
      const user = nameAfter(i - 3, count);
      events.push({ event: "remove", user, templates: 3 });
    } else if (kind === 4) {
      const [from, to] = [storeKeyAfter(i), storeKeyAfter(i + 1)];
      const templates = stateAfter(i).length;
      const [old, next] = [from.keyId, to.keyId];
      events.push({ event: "reseal", from: old, to: next, templates });
    } else if (kind === 5) {
      const user = nameAfter(i - 3, count);
      events.push({ event: "rename", user, templates: 3 });
    } else if (i > 6) {
      const user = nameAfter(i - 11, count);
      events.push({ event: "remove", user, templates: 3 });
    }
  }
  return events;
}

/** In place of the name of a user who was removed, whatever the number. */
export const REMOVED = "a removed user";

/** Name after `count` changes of the user whom change `i` registered. */
function nameAfter(i: number, count: number): string {
  const isRenamed = i % 7 === 2;
  if (count > (isRenamed ? i + 11 : i + 3)) return REMOVED;
  return isRenamed && count > i + 3 ? `renamed_${i}` : `user_${i}`;
}

/**
 * Opens a store with the key that holds after `count` changes; null for none. Every seventh change
 * sets another key, where the store seals.
 */
export function storeAfter(
  address: string,
  count: number | null,
): Promise<EmbeddingStore> {
  const sealed = count !== null && !address.endsWith(".json");
  return openAt(address, { key: sealed ? keyAfter(count) : null });
}

function storeKeyAfter(count: number): StoreKey {
  return keyOf(keyAfter(count));
}

function keyAfter(count: number): number {
  return 1 + Math.floor((count + 2) / 7) % 251;
}

import type { Template } from "../../lib/match/gallery.ts";
import type { EmbeddingStore } from "../../lib/store/embedding_store.ts";
import { createVault, type Vault } from "../../lib/store/seal.ts";
import { sampleTemplate } from "./sample_templates.ts";

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
      await store.put(templatesOf(i));
      return;
    case 1:
      await store.put([replacement(i - 1)]);
      return;
    case 3:
      await store.remove(`user_${i - 3}`);
      return;
    case 4:
      await store.reseal(await vaultAfter(i + 1));
      return;
    case 5:
      await store.rename(`user_${i - 3}`, `renamed_${i - 3}`);
      return;
    case 6:
      await store.remove(`renamed_${i - 11}`);
  }
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

/** The key after `count` changes: every seventh change sets another. */
export function vaultAfter(count: number): Promise<Vault> {
  const rotations = Math.floor((count + 2) / 7);
  return createVault(new Uint8Array(32).fill(rotations % 251));
}

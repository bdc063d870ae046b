import { StoreDamagedError, UsageError } from "../errors.ts";
import type { Template } from "../match/gallery.ts";
import type { EmbeddingStore } from "./embedding_store.ts";
import { vectorToBytes } from "./vector_bytes.ts";

/** What both stores hold after a copy. */
export interface CopyResult {
  readonly templates: number;
  readonly users: number;
  /** SHA-256 over all templates in order, of both stores alike. */
  readonly sha256: string;
}

/**
 * Copies all templates into an empty store, in one step, reads them back and compares. Run again
 * after a kill it finds the target empty or whole, and says which.
 *
 * @throws UsageError when the target holds other templates.
 * @throws StoreDamagedError when what was read back differs.
 */
export async function copyStore(
  source: EmbeddingStore,
  target: EmbeddingStore,
): Promise<CopyResult> {
  const templates = await source.templates();
  const sha256 = await checksum(templates);
  const there = await target.templates();
  if (there.length > 0 && await checksum(there) !== sha256) {
    throw new UsageError(
      `the target holds ${there.length} other templates already; name an empty store`,
    );
  }
  if (there.length === 0) await target.put(templates);
  if (await checksum(await target.templates()) !== sha256) {
    throw new StoreDamagedError(
      "the copy differs from its source; somebody wrote to one of them meanwhile, or the disk fails: remove the target and copy again",
    );
  }
  const users = new Set(templates.map(({ user }) => user)).size;
  return { templates: templates.length, users, sha256 };
}

/** SHA-256 over every field of every template, in order, 64 hex digits. */
export async function checksum(
  templates: readonly Template[],
): Promise<string> {
  let hash = new Uint8Array(32);
  for (const { vector, ...head } of templates) {
    const { user, photo, photoSha256, createdAt } = head;
    const text = JSON.stringify([user, photo, photoSha256, createdAt]);
    const bytes = [
      hash,
      new TextEncoder().encode(text),
      vectorToBytes(vector),
    ];
    const joined = new Uint8Array(await new Blob(bytes).arrayBuffer());
    hash = new Uint8Array(await crypto.subtle.digest("SHA-256", joined));
  }
  return hash.toHex();
}

import { createHash } from "node:crypto";
import { StoreDamagedError, UsageError } from "../errors.ts";
import type { EmbeddingStore, StoreEntry } from "./embedding_store.ts";
import { vectorToBytes } from "./vector_bytes.ts";

/** What a store holds, in short. */
interface Held {
  readonly templates: number;
  readonly users: number;
  /** Over every field of every template, in order, 64 hex digits. */
  readonly sha256: string;
}

/**
 * Copies all templates with their chips into an empty store, in one step and a batch at a time, reads
 * the templates back and compares. Run again after a kill it finds the target empty or whole, and
 * says which. A calibration goes with them.
 *
 * @returns how many templates of how many users both stores hold, and one SHA-256 over all of them
 * @throws UsageError when the target holds other templates.
 * @throws StoreDamagedError when what was read back differs.
 */
export async function copyStore(
  source: EmbeddingStore,
  target: EmbeddingStore,
): Promise<Held> {
  const held = await heldIn(source);
  const there = await heldIn(target);
  if (there.templates > 0 && there.sha256 !== held.sha256) {
    throw new UsageError(
      `the target holds ${there.templates} other templates already; name an empty store`,
    );
  }
  if (there.templates === 0) await target.putAll(entriesOf(source));
  const calibration = await source.calibration();
  if (calibration !== null) await target.keepCalibration(calibration);
  if ((await heldIn(target)).sha256 !== held.sha256) {
    throw new StoreDamagedError(
      "the copy differs from its source; somebody wrote to one of them meanwhile, or the disk fails: remove the target and copy again",
    );
  }
  return held;
}

async function* entriesOf(
  store: EmbeddingStore,
): AsyncGenerator<StoreEntry[]> {
  for await (const batch of store.batches()) {
    const entries: StoreEntry[] = [];
    for (const template of batch) {
      const chip = await store.chip(template.user, template.photo);
      entries.push(chip === null ? template : { ...template, chip });
    }
    yield entries;
  }
}

async function heldIn(store: EmbeddingStore): Promise<Held> {
  const hash = createHash("sha256");
  let templates = 0;
  const users = new Set<string>();
  for await (const batch of store.batches()) {
    for (const { user, photo, photoSha256, createdAt, vector } of batch) {
      hash.update(JSON.stringify([user, photo, photoSha256, createdAt]))
        .update(vectorToBytes(vector));
      templates++;
      users.add(user);
    }
  }
  return { templates, users: users.size, sha256: hash.digest("hex") };
}

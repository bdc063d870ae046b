import { createHash } from "node:crypto";
import { StoreDamagedError, UsageError } from "../errors.ts";
import type { Template } from "../match/gallery.ts";
import type { EmbeddingStore, StoreEntry } from "./embedding_store.ts";
import { vectorToBytes } from "./vector_bytes.ts";

/**
 * Copies all templates with their chips into an empty store, in one step, reads the templates back and
 * compares. Run again after a kill it finds the target empty or whole, and says which. A calibration
 * goes with them.
 *
 * @returns how many templates of how many users both stores hold, and one SHA-256 over all of them
 * @throws UsageError when the target holds other templates.
 * @throws StoreDamagedError when what was read back differs.
 */
export async function copyStore(
  source: EmbeddingStore,
  target: EmbeddingStore,
): Promise<{ templates: number; users: number; sha256: string }> {
  const templates = await source.templates();
  const sha256 = checksum(templates);
  const there = await target.templates();
  if (there.length > 0 && checksum(there) !== sha256) {
    throw new UsageError(
      `the target holds ${there.length} other templates already; name an empty store`,
    );
  }
  if (there.length === 0) {
    const entries: StoreEntry[] = [];
    for (const template of templates) {
      const chip = await source.chip(template.user, template.photo);
      entries.push(chip === null ? template : { ...template, chip });
    }
    await target.put(entries);
  }
  const calibration = await source.calibration();
  if (calibration !== null) await target.keepCalibration(calibration);
  if (checksum(await target.templates()) !== sha256) {
    throw new StoreDamagedError(
      "the copy differs from its source; somebody wrote to one of them meanwhile, or the disk fails: remove the target and copy again",
    );
  }
  const users = new Set(templates.map(({ user }) => user)).size;
  return { templates: templates.length, users, sha256 };
}

/** SHA-256 over every field of every template, in order, 64 hex digits. */
function checksum(templates: readonly Template[]): string {
  const hash = createHash("sha256");
  for (const { user, photo, photoSha256, createdAt, vector } of templates) {
    hash.update(JSON.stringify([user, photo, photoSha256, createdAt]))
      .update(vectorToBytes(vector));
  }
  return hash.digest("hex");
}

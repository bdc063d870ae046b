import type { StoreModel } from "../embedding_store.ts";
import type { StoreKey } from "../seal/store_key.ts";
import { readChips, writeChip } from "./chip_rows.ts";
import { RowDigest } from "./row_digest.ts";
import type { SqlRunner } from "./sql_database.ts";
import { allTemplates, rewriteTemplates } from "./template_rows.ts";

/** Seals all embeddings and chips with another key, a batch at a time. @returns how many embeddings */
export async function resealRows(
  tx: SqlRunner,
  change: number,
  model: StoreModel,
  from: StoreKey | null,
  to: StoreKey | null,
): Promise<number> {
  let templates = 0;
  for await (const batch of allTemplates(tx, { model, key: from })) {
    for (const { id } of batch) {
      const chips = await readChips(tx, from, "WHERE t.id = $1", [id]);
      for (const chip of chips) await writeChip(tx, to, chip);
    }
    await rewriteTemplates(tx, { model, key: to }, change, batch);
    templates += batch.length;
  }
  return templates;
}

/** Writes what the store is sealed with, and what its rows add up to then. */
export async function sealState(
  tx: SqlRunner,
  name: string,
  key: StoreKey | null,
): Promise<void> {
  await tx.run("UPDATE state SET key_id = $1, digest = NULL", [
    key?.keyId ?? null,
  ]);
  if (key === null) return;
  const digest = RowDigest.empty(key);
  await digest.toggle(tx);
  await digest.write(tx, name);
}

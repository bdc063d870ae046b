import type { StoreEntry } from "../embedding_store.ts";
import type { SealContext, StoreKey } from "../seal/store_key.ts";
import {
  batches,
  listOf,
  type SqlRunner,
  type SqlValue,
  valueRows,
} from "./sql_database.ts";
import { sealedBytes } from "./template_rows.ts";

/** A chip, and the template it belongs to. */
interface HeldChip {
  readonly id: number;
  readonly user: string;
  readonly photo: string;
  readonly photoSha256: string;
  readonly png: Uint8Array<ArrayBuffer>;
}

/** What a chip is sealed for: not its model, so that it stays when the model changes, and opens as no embedding. */
function chipContext(
  { user, photo, photoSha256 }: Omit<HeldChip, "png">,
): SealContext {
  return {
    name: `the sealed aligned face of ${photo} (${user})`,
    bound: ["chip", user, photo, photoSha256],
  };
}

/** Writes the chips of entries whose templates are written; one that has none loses its old one. */
export async function writeChips(
  tx: SqlRunner,
  key: StoreKey | null,
  entries: readonly StoreEntry[],
): Promise<void> {
  for (const batch of batches(entries)) {
    const { list, values } = valueRows(
      ["text", "text", "bigint"],
      batch.map(({ user, photo }, i) => [user, photo, i]),
    );
    const rows = await tx.run(
      `SELECT t.id, v.column3 AS i FROM (VALUES ${list}) AS v
      JOIN users u ON u.name = v.column1
      JOIN templates t ON t.user_id = u.id AND t.photo = v.column2`,
      values,
    );
    const bare: SqlValue[] = [];
    for (const row of rows) {
      const id = Number(row.id);
      const { chip, ...template } = batch[Number(row.i)]!;
      if (chip === undefined) bare.push(id);
      else {
        const png = Uint8Array.from(chip);
        await writeChip(tx, key, { ...template, id, png });
      }
    }
    if (bare.length === 0) continue;
    await tx.run(
      `DELETE FROM chips WHERE template_id IN (${listOf(bare)})`,
      bare,
    );
  }
}

/** The chips that `where` narrows to. */
export async function readChips(
  runner: SqlRunner,
  key: StoreKey | null,
  where: string,
  values: readonly SqlValue[],
): Promise<HeldChip[]> {
  const rows = await runner.run(
    `SELECT t.id, u.name, t.photo, t.photo_sha256, c.png FROM chips c
    JOIN templates t ON t.id = c.template_id JOIN users u ON u.id = t.user_id ${where}`,
    values,
  );
  return rows.map((row) => {
    const bytes = Uint8Array.from(row.png as Uint8Array);
    const chip = {
      id: Number(row.id),
      user: String(row.name),
      photo: String(row.photo),
      photoSha256: String(row.photo_sha256),
    };
    const png = key === null ? bytes : key.open(chipContext(chip), bytes);
    return { ...chip, png };
  });
}

/** Writes a chip in the place of the one there is. */
export async function writeChip(
  tx: SqlRunner,
  key: StoreKey | null,
  chip: HeldChip,
): Promise<void> {
  await tx.run(
    `INSERT INTO chips (template_id, png) VALUES ($1, $2)
    ON CONFLICT (template_id) DO UPDATE SET png = excluded.png`,
    [chip.id, sealedBytes(key, chipContext(chip), chip.png)],
  );
}

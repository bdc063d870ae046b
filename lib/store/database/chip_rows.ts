import type { StoreEntry } from "../embedding_store.ts";
import {
  edited,
  type SealContext,
  type StoreKey,
  TAG_BYTES,
} from "../seal/store_key.ts";
import {
  batches,
  listOf,
  type SqlRunner,
  type SqlValue,
  valueRows,
} from "./sql_database.ts";
import { sealedBytes } from "./template_rows.ts";

/** In place of a chip's tag: whichever there is. */
const ANY_CHIP = "";

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
    const where = `IN (${listOf(bare)})`;
    await tx.run(`DELETE FROM chips WHERE template_id ${where}`, bare);
    await tx.run(
      `UPDATE templates SET chip_tag = NULL WHERE id ${where}`,
      bare,
    );
  }
}

/**
 * The chips that `where` narrows to.
 *
 * @throws StoreDamagedError when one of a sealed store is not the one that its template was written with
 */
export async function readChips(
  runner: SqlRunner,
  key: StoreKey | null,
  where: string,
  values: readonly SqlValue[],
): Promise<HeldChip[]> {
  const rows = await runner.run(
    `SELECT t.id, u.name, t.photo, t.photo_sha256, t.chip_tag, c.png FROM templates t
    JOIN users u ON u.id = t.user_id LEFT JOIN chips c ON c.template_id = t.id ${where}`,
    values,
  );
  return rows.flatMap((row) => {
    const chip = {
      id: Number(row.id),
      user: String(row.name),
      photo: String(row.photo),
      photoSha256: String(row.photo_sha256),
    };
    const tag = row.chip_tag;
    if (row.png === null && (key === null || tag === null)) return [];
    const bytes = Uint8Array.from(row.png as Uint8Array ?? []);
    if (key === null) return [{ ...chip, png: bytes }];
    const context = chipContext(chip);
    if (tag !== ANY_CHIP && tag !== tagOf(bytes)) throw edited(context);
    return [{ ...chip, png: key.open(context, bytes) }];
  });
}

/** Takes the chips that are there for those that the templates were written with, until they are written again. */
export async function acceptChips(tx: SqlRunner): Promise<void> {
  await tx.run(`UPDATE templates SET chip_tag = (SELECT '${ANY_CHIP}'
    FROM chips WHERE template_id = templates.id)`);
}

/** Writes a chip in the place of the one there is. */
export async function writeChip(
  tx: SqlRunner,
  key: StoreKey | null,
  chip: HeldChip,
): Promise<void> {
  const bytes = sealedBytes(key, chipContext(chip), chip.png);
  await tx.run(
    `INSERT INTO chips (template_id, png) VALUES ($1, $2)
    ON CONFLICT (template_id) DO UPDATE SET png = excluded.png`,
    [chip.id, bytes],
  );
  const tag = key === null ? null : tagOf(bytes);
  await tx.run("UPDATE templates SET chip_tag = $2 WHERE id = $1", [
    chip.id,
    tag,
  ]);
}

/** Binds a sealed chip to its template's row. */
function tagOf(bytes: Uint8Array): string {
  return bytes.subarray(-TAG_BYTES).toHex();
}

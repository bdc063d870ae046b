import type { StoreEntry } from "../embedding_store.ts";
import type { SqlRow, SqlRunner, SqlValue } from "./sql_database.ts";
import { type RowFormat, sealedBytes } from "./template_rows.ts";

/** A chip, and what it is sealed for. */
interface HeldChip {
  readonly id: number;
  readonly user: string;
  readonly photo: string;
  readonly photoSha256: string;
  readonly png: Uint8Array<ArrayBuffer>;
}

/** Writes the chips of entries whose templates are written; one that has none loses its old one. */
export async function writeChips(
  tx: SqlRunner,
  format: RowFormat,
  entries: readonly StoreEntry[],
): Promise<void> {
  for (const entry of entries) {
    const where = `SELECT t.id FROM templates t JOIN users u ON u.id = t.user_id
      WHERE u.name = $1 AND t.photo = $2`;
    if (entry.chip === undefined) {
      await tx.run(`DELETE FROM chips WHERE template_id IN (${where})`, [
        entry.user,
        entry.photo,
      ]);
      continue;
    }
    const png = Uint8Array.from(entry.chip);
    const [row] = await tx.run(where, [entry.user, entry.photo]);
    await writeChip(tx, format, { ...entry, id: Number(row!.id), png });
  }
}

/** A user's chips, or one photo's. */
export async function readChips(
  runner: SqlRunner,
  format: RowFormat,
  where: string,
  values: readonly SqlValue[],
): Promise<HeldChip[]> {
  const rows = await runner.run(
    `SELECT t.id, u.name, t.photo, t.photo_sha256, c.png FROM chips c
    JOIN templates t ON t.id = c.template_id JOIN users u ON u.id = t.user_id ${where}`,
    values,
  );
  return rows.map((row) => toChip(format, row));
}

/** Writes a chip in the place of the one there is, sealed as `format` says. */
export async function writeChip(
  tx: SqlRunner,
  { model, key }: RowFormat,
  chip: HeldChip,
): Promise<void> {
  await tx.run(
    `INSERT INTO chips (template_id, png) VALUES ($1, $2)
    ON CONFLICT (template_id) DO UPDATE SET png = excluded.png`,
    [chip.id, sealedBytes(key, model, contextOf(chip), chip.png)],
  );
}

function toChip({ model, key }: RowFormat, row: SqlRow): HeldChip {
  const head = {
    id: Number(row.id),
    user: String(row.name),
    photo: String(row.photo),
    photoSha256: String(row.photo_sha256),
  };
  const bytes = row.png as Uint8Array<ArrayBuffer>;
  const context = { ...contextOf(head), modelId: model.modelId };
  return {
    ...head,
    png: key === null ? Uint8Array.from(bytes) : key.open(context, bytes),
  };
}

/** A sealed embedding must not open as a chip, nor the reverse. */
function contextOf(
  { user, photo, photoSha256 }: Omit<HeldChip, "id" | "png">,
) {
  return { user, photo, photoSha256: `chip of ${photoSha256}` };
}

import type { ChipFolder } from "../chip_folder.ts";
import type { StoreKey } from "../seal/store_key.ts";
import { writeChip } from "./chip_rows.ts";
import type { SqlDatabase } from "./sql_database.ts";

/**
 * Takes over the chips that versions before schema 3 kept as files, and removes the files. Rows of
 * theirs have the change number 0, which they lose here; a sealed database waits for its key.
 */
export async function adoptChips(
  database: SqlDatabase,
  key: StoreKey | null,
  folder: ChipFolder,
): Promise<void> {
  const old = await database.run(
    "SELECT 1 FROM templates WHERE change = 0 LIMIT 1",
  );
  if (old.length === 0) return;
  const adopted = await database.change(async (tx) => {
    const [state] = await tx.run(
      "UPDATE state SET revision = revision + 1 RETURNING revision, key_id",
    );
    if (state!.key_id !== (key?.keyId ?? null)) return [];
    const rows = await tx.run(
      `SELECT t.id, u.name, t.photo, t.photo_sha256 FROM templates t
      JOIN users u ON u.id = t.user_id WHERE t.change = 0`,
    );
    const photos = rows.map((row) => ({
      id: Number(row.id),
      user: String(row.name),
      photo: String(row.photo),
      photoSha256: String(row.photo_sha256),
    }));
    for (const each of photos) {
      const png = await folder.read(each.user, each.photo);
      if (png !== null) await writeChip(tx, key, { ...each, png });
    }
    await tx.run("UPDATE templates SET change = $1 WHERE change = 0", [
      state!.revision!,
    ]);
    return photos;
  });
  await folder.removePhotos(adopted);
}

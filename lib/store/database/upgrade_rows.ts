import { AuditLog } from "../audit/audit_log.ts";
import type { ChipFolder } from "../chip_folder.ts";
import type { StoreKey } from "../seal/store_key.ts";
import { writeChip } from "./chip_rows.ts";
import { heldModel } from "./template_rows.ts";
import { resealRows, sealState } from "./reseal.ts";
import { areWhole, OLD_DIGEST_BYTES } from "./row_digest.ts";
import type { SqlDatabase, SqlRunner } from "./sql_database.ts";
import { lockState, stateRow } from "./state_row.ts";
import { writeSkeletons } from "./user_rows.ts";

/** What tells whether there is anything to bring up to date. */
const SELECT_AGE = `SELECT revision, key_id,
  (SELECT count(*) FROM (SELECT 1 FROM templates LIMIT 1) AS one) AS templates,
  (SELECT count(*) FROM (SELECT 1 FROM templates WHERE change = 0 LIMIT 1) AS old) AS before_3,
  (SELECT count(*) FROM (SELECT 1 FROM users WHERE skeleton = '' LIMIT 1) AS old) AS before_5,
  length(digest) AS digest_bytes FROM state`;

/**
 * Brings what older versions kept to this one: chips that lay in files before schema 3 (their rows
 * have the change number 0), rows that were sealed before schema 4, names without a skeleton and rows
 * that added up otherwise before schema 5. An empty store that belongs to no key yet becomes this key's.
 */
export async function upgradeRows(
  database: SqlDatabase,
  key: StoreKey | null,
  folder: ChipFolder,
): Promise<void> {
  const { name } = database;
  if (!(await ageOf(database, name, key)).isOld) return;
  const moved = await database.change(async (tx) => {
    await lockState(tx, name);
    // Somebody else may have done it while this waited.
    const { oldChips, oldNames, oldSeal, oldDigest, sealedWith, ...age } =
      await ageOf(tx, name, key);
    if (oldNames) await writeSkeletons(tx);
    if (oldDigest && !await areWhole(tx, key!, name)) {
      // Whoever looks at the rows is told that somebody changed them.
      await tx.run("UPDATE state SET digest = NULL");
      return [];
    }
    if (!oldChips && !oldSeal && !oldDigest) return [];
    const revision = age.revision + 1;
    await tx.run("UPDATE state SET revision = $1", [revision]);
    const photos = oldChips ? await moveChips(tx, sealedWith, folder) : [];
    await tx.run("UPDATE templates SET change = $1 WHERE change = 0", [
      revision,
    ]);
    if (!oldSeal && !oldDigest) return photos;
    const model = oldSeal ? await heldModel(tx) : null;
    const templates = model === null
      ? 0
      : await resealRows(tx, revision, model, sealedWith, key);
    const [from, to] = [sealedWith?.keyId ?? null, key?.keyId ?? null];
    const event = { event: "reseal", from, to, templates } as const;
    await sealState(tx, name, key);
    // What was written before schema 4 has no key.
    await new AuditLog(database, () => oldDigest ? key : null).write(
      tx,
      templates === 0 ? [] : [event],
      { number: revision, key },
    );
    return photos;
  });
  await folder.removePhotos(moved);
}

async function ageOf(runner: SqlRunner, name: string, key: StoreKey | null) {
  const { revision, key_id, templates, before_3, before_5, digest_bytes } =
    stateRow(await runner.run(SELECT_AGE), name);
  const older = key?.older ?? null;
  const isOlder = older !== null && key_id === older.keyId;
  const isNew = key_id === null && templates === 0 && key !== null;
  const isReadable = isOlder || (key_id === null && key === null);
  const age = {
    /** Whether chips lie in files that this key can move. */
    oldChips: before_3 !== 0 && isReadable,
    /** Whether there are names without a skeleton. */
    oldNames: before_5 !== 0,
    /** Whether the store is to be sealed as it is now. */
    oldSeal: isOlder || isNew,
    /** Whether the rows add up as they did in schema 4. */
    oldDigest: digest_bytes === OLD_DIGEST_BYTES && key_id === key?.keyId,
  };
  return {
    ...age,
    isOld: Object.values(age).includes(true),
    revision: Number(revision),
    sealedWith: isOlder ? older : null,
  };
}

async function moveChips(
  tx: SqlRunner,
  key: StoreKey | null,
  folder: ChipFolder,
) {
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
  return photos;
}

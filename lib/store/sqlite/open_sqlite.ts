import { ChipFolder } from "../chip_folder.ts";
import type { EmbeddingStore, StoreModel } from "../embedding_store.ts";
import type { Vault } from "../seal/seal.ts";
import { connectSqlite } from "./sqlite_connect.ts";
import { SqliteDatabase } from "./sqlite_database.ts";
import { explainingSqlite } from "./sqlite_errors.ts";
import { SqliteStore } from "./sqlite_store.ts";

/**
 * Opens the store for many users: a SQLite database in WAL mode, which several processes may use
 * at once. It holds the audit log and the counts of failed sign-ins too. Without write permission
 * for `path` it is opened for reading.
 *
 * @param savePath folder of the chips
 * @param vault seals the embeddings; null keeps them readable
 * @throws StoreDamagedError when the file is no database of this program.
 * @throws StoreModelError when it holds another model's embeddings.
 * @throws WriteError when it cannot be made or opened.
 */
export async function openSqliteStore(
  path: string,
  model: StoreModel,
  savePath: string,
  vault: Vault | null = null,
): Promise<EmbeddingStore> {
  const writable = { name: "write", path } as const;
  const { state } = await Deno.permissions.query(writable);
  const db = explainingSqlite(
    path,
    () => connectSqlite(path, state === "granted"),
  );
  try {
    const database = new SqliteDatabase(db, path);
    return new SqliteStore(database, new ChipFolder(savePath), model, vault);
  } catch (error) {
    db.close();
    throw error;
  }
}

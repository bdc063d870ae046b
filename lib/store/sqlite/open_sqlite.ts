import { AttemptLimits } from "../limits/attempt_limits.ts";
import { AuditLog } from "../audit/audit_log.ts";
import type { EmbeddingStore, StoreModel } from "../embedding_store.ts";
import type { Records } from "../records.ts";
import type { Vault } from "../seal/seal.ts";
import { SqliteAttempts } from "./sqlite_attempts.ts";
import { SqliteAudit } from "./sqlite_audit.ts";
import { connectSqlite } from "./sqlite_connect.ts";
import { SqliteDatabase } from "./sqlite_database.ts";
import { explainingSqlite } from "./sqlite_errors.ts";
import { SqliteStore } from "./sqlite_store.ts";

/**
 * Opens the store for many users: a SQLite database in WAL mode, which several processes may use
 * at once. It holds the audit log and the counts of failed sign-ins too. Without write permission
 * for `path` it is opened for reading.
 *
 * @param vault seals the embeddings; null keeps them readable
 * @throws StoreDamagedError when the file is no database of this program.
 * @throws StoreModelError when it holds another model's embeddings.
 * @throws WriteError when it cannot be made or opened.
 */
export async function openSqliteRecords(
  path: string,
  model: StoreModel,
  vault: Vault | null = null,
): Promise<Records> {
  const writable = { name: "write", path } as const;
  const { state } = await Deno.permissions.query(writable);
  const db = explainingSqlite(
    path,
    () => connectSqlite(path, state === "granted"),
  );
  try {
    const database = new SqliteDatabase(db, path);
    const audit = new SqliteAudit(database);
    return {
      store: new SqliteStore(database, audit, model, vault),
      audit: new AuditLog(audit),
      attempts: new AttemptLimits(new SqliteAttempts(database)),
    };
  } catch (error) {
    db.close();
    throw error;
  }
}

/** Opens the store alone, as `openSqliteRecords` does. */
export async function openSqliteStore(
  path: string,
  model: StoreModel,
  vault: Vault | null = null,
): Promise<EmbeddingStore> {
  return (await openSqliteRecords(path, model, vault)).store;
}

import { DatabaseSync } from "node:sqlite";
import type { StoreModel } from "../embedding_store.ts";
import { explainingSqlite } from "./sqlite_errors.ts";
import {
  migrateSqlite,
  requireNewestVersion,
  requireOwnDatabase,
} from "./sqlite_schema.ts";

/** How long a writer waits for another process's transaction, in milliseconds. */
const BUSY_TIMEOUT_MS = 30_000;

/** Which model's embeddings a SQLite store holds; null when there are none. */
export async function heldModelOfSqlite(
  path: string,
): Promise<StoreModel | null> {
  if (!isThere(path)) return await Promise.resolve(null);
  return explainingSqlite(path, () => {
    const db = new DatabaseSync(path, { readOnly: true });
    try {
      requireOwnDatabase(db, path);
      return heldModel(db);
    } finally {
      db.close();
    }
  });
}

/** The model of the templates in an open database; null when there are none. */
export function heldModel(db: DatabaseSync): StoreModel | null {
  const held = db.prepare(
    "SELECT model_id, dimensions FROM contract WHERE EXISTS (SELECT 1 FROM templates)",
  ).get();
  if (held === undefined) return null;
  return {
    modelId: String(held.model_id),
    dimensions: Number(held.dimensions),
  };
}

/** Opens the database, made and migrated if it may be written. */
export function connectSqlite(path: string, writable: boolean): DatabaseSync {
  if (!writable) {
    if (!isThere(path)) return emptyDatabase();
    return openToRead(path);
  }
  // SQLite would make the file readable by everybody; its -wal and -shm files take its mode.
  Deno.openSync(path, { write: true, create: true, mode: 0o600 }).close();
  const db = new DatabaseSync(path, { timeout: BUSY_TIMEOUT_MS });
  try {
    // FULL: a commit is on the disk when it returns. secure_delete: a removed face is overwritten.
    db.exec("PRAGMA journal_mode = WAL");
    db.exec(
      "PRAGMA synchronous = FULL; PRAGMA secure_delete = ON; PRAGMA foreign_keys = ON",
    );
    migrateSqlite(db, path);
  } catch (error) {
    db.close();
    throw error;
  }
  return db;
}

function openToRead(path: string): DatabaseSync {
  const options = { readOnly: true, timeout: BUSY_TIMEOUT_MS };
  const db = new DatabaseSync(path, options);
  try {
    requireNewestVersion(db, path);
    return db;
  } catch (error) {
    db.close();
    throw error;
  }
}

/** What a missing file stands for when it may not be made; writing to it must fail, not vanish. */
function emptyDatabase(): DatabaseSync {
  const db = new DatabaseSync(":memory:");
  migrateSqlite(db, ":memory:");
  db.exec("PRAGMA query_only = ON");
  return db;
}

function isThere(path: string): boolean {
  try {
    Deno.statSync(path);
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}

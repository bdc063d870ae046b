import { DatabaseSync } from "node:sqlite";
import { StoreBusyError, WriteError } from "../../errors.ts";
import type { SqlRow, SqlValue } from "../database/sql_database.ts";
import { explainingSqlite } from "./sqlite_errors.ts";
import { migrateSqlite, requireNewestVersion } from "./sqlite_schema.ts";

/** How long a writer waits for another process's transaction, ms. */
const BUSY_MS = 2000;
/** How long it waits at most before it asks again, ms. */
const RETRY_MS = 10;
/** How often a removal asks for the write-ahead log to be emptied while somebody reads it. */
const MOST_CHECKPOINTS = 20;

/**
 * A SQLite database in WAL mode: one connection to read, one to write. Every statement holds up the
 * thread until it is done, so that they stand in a worker.
 */
export class SqliteConnections {
  private readonly reader: DatabaseSync;
  /** Null where the file may only be read. */
  private readonly writer: DatabaseSync | null;

  /** @throws StoreDamagedError, WriteError as `openSqlite` does */
  constructor(private readonly path: string, mayWrite: boolean) {
    [this.writer, this.reader] = explainingSqlite(path, () => {
      const writer = mayWrite ? connectToWrite(path) : null;
      const readable = mayWrite || isThere(path);
      return [writer, readable ? connectToRead(path) : emptyDatabase()];
    });
  }

  read(sql: string, values: readonly SqlValue[]): SqlRow[] {
    return this.runOn(this.reader, sql, values);
  }

  write(sql: string, values: readonly SqlValue[]): SqlRow[] {
    return this.runOn(this.requireWriter(), sql, values);
  }

  /** Begins a transaction. It waits without holding up other statements, as SQLite's own waiting would. */
  async begin(): Promise<void> {
    const writer = this.requireWriter();
    const untilMs = performance.now() + BUSY_MS;
    while (true) {
      try {
        explainingSqlite(this.path, () => writer.exec("BEGIN IMMEDIATE"));
        return;
      } catch (error) {
        const busy = error instanceof StoreBusyError;
        if (!busy || performance.now() > untilMs) throw error;
        await pause(Math.random() * RETRY_MS);
      }
    }
  }

  end(how: "COMMIT" | "ROLLBACK"): void {
    const writer = this.requireWriter();
    // A full disk rolls back by itself, and then there is nothing left to roll back.
    if (how === "ROLLBACK" && !writer.isTransaction) return;
    explainingSqlite(this.path, () => writer.exec(how));
  }

  /**
   * `secure_delete` overwrites what is deleted in the database, but not in the write-ahead log, which
   * is emptied here. A reader that is in the middle of it makes that wait.
   */
  async scrub(): Promise<void> {
    for (let times = 0; times < MOST_CHECKPOINTS; times++) {
      const [row] = this.write("PRAGMA wal_checkpoint(TRUNCATE)", []);
      if (row?.busy === 0) return;
      await pause(RETRY_MS);
    }
  }

  close(): void {
    explainingSqlite(this.path, () => {
      this.reader.close();
      this.writer?.close();
    });
  }

  private requireWriter(): DatabaseSync {
    if (this.writer !== null) return this.writer;
    throw new WriteError(
      `${this.path} cannot be written: it may only be read; change its rights or the task's permissions`,
      { reason: "read-only" },
    );
  }

  private runOn(
    db: DatabaseSync,
    sql: string,
    values: readonly SqlValue[],
  ): SqlRow[] {
    const own = sql.replace(/::\w+| FOR UPDATE SKIP LOCKED/g, "")
      .replace(/\$(\d+)/g, "?$1");
    return explainingSqlite(
      this.path,
      () => db.prepare(own).all(...values) as SqlRow[],
    );
  }
}

function connectToWrite(path: string): DatabaseSync {
  // SQLite would make the file readable by everybody; its -wal and -shm files take its mode.
  Deno.openSync(path, { write: true, create: true, mode: 0o600 }).close();
  if (Deno.build.os !== "windows") Deno.chmodSync(path, 0o600);
  const db = new DatabaseSync(path, { timeout: BUSY_MS });
  return orClose(db, () => {
    // FULL: a commit is on the disk when it returns. secure_delete: a removed face is overwritten.
    db.exec("PRAGMA journal_mode = WAL");
    db.exec(
      "PRAGMA synchronous = FULL; PRAGMA secure_delete = ON; PRAGMA foreign_keys = OFF; PRAGMA journal_size_limit = 0",
    );
    migrateSqlite(db, path);
    db.exec("PRAGMA foreign_keys = ON");
    db.exec("PRAGMA busy_timeout = 0");
  });
}

function connectToRead(path: string): DatabaseSync {
  const db = new DatabaseSync(path, { readOnly: true, timeout: BUSY_MS });
  return orClose(db, () => requireNewestVersion(db, path));
}

/** What a missing file stands for when it may not be made. */
function emptyDatabase(): DatabaseSync {
  const db = new DatabaseSync(":memory:");
  return orClose(db, () => migrateSqlite(db, ":memory:"));
}

function orClose(db: DatabaseSync, work: () => void): DatabaseSync {
  try {
    work();
    return db;
  } catch (error) {
    db.close();
    throw error;
  }
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

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

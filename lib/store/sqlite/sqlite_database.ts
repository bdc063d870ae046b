import { DatabaseSync } from "node:sqlite";
import { StoreBusyError, WriteError } from "../../errors.ts";
import type {
  SqlDatabase,
  SqlRow,
  SqlRunner,
  SqlValue,
} from "../database/sql_database.ts";
import { explainingSqlite } from "./sqlite_errors.ts";
import { migrateSqlite, requireNewestVersion } from "./sqlite_schema.ts";

/** How long a writer waits for another process's transaction, ms. */
const BUSY_MS = 2000;
/** How long it waits at most before it asks again, ms. */
const RETRY_MS = 10;
/** How often a removal asks for the write-ahead log to be emptied while somebody reads it. */
const MOST_CHECKPOINTS = 20;

/**
 * Opens a SQLite database in WAL mode, which several processes may use at once; it is made and brought
 * to the newest version where it may be written, and read where it may not.
 *
 * @throws StoreDamagedError when the file is no database of this program.
 * @throws WriteError when it cannot be made or opened.
 */
export async function openSqlite(path: string): Promise<SqlDatabase> {
  const { state } = await Deno.permissions.query({ name: "write", path });
  return explainingSqlite(path, () => {
    if (state === "granted") {
      const writer = connectToWrite(path);
      return new SqliteDatabase(path, connectToRead(path), writer);
    }
    return new SqliteDatabase(
      path,
      isThere(path) ? connectToRead(path) : emptyDatabase(),
      null,
    );
  });
}

class SqliteDatabase implements SqlDatabase {
  private writing: Promise<unknown> = Promise.resolve();

  /** @param writer null where the file may only be read */
  constructor(
    readonly name: string,
    private readonly reader: DatabaseSync,
    private readonly writer: DatabaseSync | null,
  ) {}

  get readOnly(): boolean {
    return this.writer === null;
  }

  run(sql: string, values: readonly SqlValue[] = []): Promise<SqlRow[]> {
    return Promise.try(() => this.runOn(this.reader, sql, values));
  }

  transaction<T>(work: (tx: SqlRunner) => Promise<T>): Promise<T> {
    const done = this.writing.then(() => this.alone(work));
    this.writing = done.catch(() => {});
    return done;
  }

  change<T>(work: (tx: SqlRunner) => Promise<T>): Promise<T> {
    return this.transaction(work);
  }

  /**
   * `secure_delete` overwrites what is deleted in the database, but not in the write-ahead log, which
   * is emptied here. A reader that is in the middle of it makes that wait.
   */
  async scrub(): Promise<void> {
    for (let times = 0; times < MOST_CHECKPOINTS; times++) {
      const [row] = this.runOn(
        this.requireWriter(),
        "PRAGMA wal_checkpoint(TRUNCATE)",
        [],
      );
      if (row?.busy === 0) return;
      await pause(RETRY_MS);
    }
  }

  async close(): Promise<void> {
    await this.writing;
    explainingSqlite(this.name, () => {
      this.reader.close();
      this.writer?.close();
    });
  }

  /** While this process and others write nothing else. */
  private async alone<T>(work: (tx: SqlRunner) => Promise<T>): Promise<T> {
    const writer = this.requireWriter();
    await this.begin(writer);
    try {
      const result = await work({
        run: (sql, values = []) =>
          Promise.try(() => this.runOn(writer, sql, values)),
      });
      explainingSqlite(this.name, () => writer.exec("COMMIT"));
      return result;
    } catch (error) {
      // A full disk rolls back by itself, and then there is nothing left to roll back.
      if (writer.isTransaction) writer.exec("ROLLBACK");
      throw error;
    }
  }

  /** Waits without holding up the event loop, as SQLite's own waiting would. */
  private async begin(writer: DatabaseSync): Promise<void> {
    const untilMs = performance.now() + BUSY_MS;
    while (true) {
      try {
        explainingSqlite(this.name, () => writer.exec("BEGIN IMMEDIATE"));
        return;
      } catch (error) {
        const busy = error instanceof StoreBusyError;
        if (!busy || performance.now() > untilMs) throw error;
        await pause(Math.random() * RETRY_MS);
      }
    }
  }

  private requireWriter(): DatabaseSync {
    if (this.writer !== null) return this.writer;
    throw new WriteError(
      `${this.name} cannot be written: it may only be read; change its rights or the task's permissions`,
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
      this.name,
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
      "PRAGMA synchronous = FULL; PRAGMA secure_delete = ON; PRAGMA foreign_keys = ON; PRAGMA journal_size_limit = 0",
    );
    migrateSqlite(db, path);
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

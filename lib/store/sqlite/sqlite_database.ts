import { WorkerCalls } from "../../worker_calls.ts";
import type {
  DatabasePlace,
  SqlDatabase,
  SqlRow,
  SqlRunner,
  SqlValue,
} from "../database/sql_database.ts";
import type { SqliteFunctions } from "./sqlite_worker.ts";

const script = new URL("./sqlite_worker.ts", import.meta.url);

/**
 * Opens a SQLite database in WAL mode, which several processes may use at once; it is made and brought
 * to the newest version where it may be written, and read where it may not. Its statements run in a
 * worker: they, and the disk, hold up nobody else.
 *
 * @throws StoreDamagedError when the file is no database of this program.
 * @throws WriteError when it cannot be made or opened.
 */
export async function openSqlite(path: string): Promise<SqlDatabase> {
  const { state } = await Deno.permissions.query({ name: "write", path });
  const calls = new WorkerCalls<SqliteFunctions>(script);
  try {
    const mayWrite = state === "granted";
    await calls.call("open", [path, mayWrite]);
    return new SqliteDatabase(path, !mayWrite, calls);
  } catch (error) {
    calls.end(closed(path));
    throw error;
  }
}

class SqliteDatabase implements SqlDatabase {
  readonly place: DatabasePlace;
  private writing: Promise<unknown> = Promise.resolve();

  constructor(
    readonly name: string,
    readonly readOnly: boolean,
    private readonly calls: WorkerCalls<SqliteFunctions>,
  ) {
    this.place = { kind: "sqlite", path: name };
  }

  run(sql: string, values: readonly SqlValue[] = []): Promise<SqlRow[]> {
    return this.calls.call("read", [sql, values]);
  }

  transaction<T>(work: (tx: SqlRunner) => Promise<T>): Promise<T> {
    return this.inTurn(() => this.alone(work));
  }

  change<T>(work: (tx: SqlRunner) => Promise<T>): Promise<T> {
    return this.transaction(work);
  }

  /** In its turn: SQLite refuses a checkpoint on a connection that is in a transaction. */
  scrub(): Promise<void> {
    return this.inTurn(() => this.calls.call("scrub", []));
  }

  async close(): Promise<void> {
    await this.writing;
    try {
      await this.calls.call("close", []);
    } finally {
      this.calls.end(closed(this.name));
    }
  }

  private inTurn<T>(work: () => Promise<T>): Promise<T> {
    const done = this.writing.then(work);
    this.writing = done.catch(() => {});
    return done;
  }

  /** While this process and others write nothing else. */
  private async alone<T>(work: (tx: SqlRunner) => Promise<T>): Promise<T> {
    await this.calls.call("begin", []);
    try {
      const result = await work({
        run: (sql, values = []) => this.calls.call("write", [sql, values]),
      });
      await this.calls.call("end", ["COMMIT"]);
      return result;
    } catch (error) {
      // What went wrong first is what is told.
      await this.calls.call("end", ["ROLLBACK"]).catch(() => {});
      throw error;
    }
  }
}

function closed(name: string): Error {
  return new Error(`${name} was closed`);
}

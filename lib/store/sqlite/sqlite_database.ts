import type { DatabaseSync, SQLInputValue, SQLOutputValue } from "node:sqlite";
import { explainingSqlite } from "./sqlite_errors.ts";

/** An open SQLite database, as the store, its audit log and its counts of failed sign-ins share it. */
export class SqliteDatabase {
  constructor(readonly db: DatabaseSync, readonly path: string) {}

  all(
    sql: string,
    ...values: SQLInputValue[]
  ): Record<string, SQLOutputValue>[] {
    return this.explaining(() => this.db.prepare(sql).all(...values));
  }

  /** Inside a transaction. */
  run(sql: string, ...values: SQLInputValue[]): void {
    this.db.prepare(sql).run(...values);
  }

  /** All of the work or nothing of it, while no other process writes; on the disk when it returns. */
  transaction<T>(work: () => T): T {
    return this.explaining(() => {
      this.db.exec("BEGIN IMMEDIATE");
      try {
        const result = work();
        this.db.exec("COMMIT");
        return result;
      } catch (error) {
        // A full disk rolls back by itself, and then there is nothing left to roll back.
        if (this.db.isTransaction) this.db.exec("ROLLBACK");
        throw error;
      }
    });
  }

  explaining<T>(work: () => T): T {
    return explainingSqlite(this.path, work);
  }
}

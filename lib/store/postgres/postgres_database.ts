import type { Sql, TransactionSql } from "postgres";
import { explainingPostgres } from "./postgres_errors.ts";

/** A connected database, as the store, its audit log and its counts of failed sign-ins share it. */
export class PostgresDatabase {
  constructor(readonly sql: Sql, readonly host: string) {}

  /** What messages call it. */
  get name(): string {
    return `the database at ${this.host}`;
  }

  /** All of the work or nothing of it; on the disk when the promise resolves. */
  transaction<T>(work: (tx: TransactionSql) => Promise<T>): Promise<T> {
    return this.explaining(() => this.sql.begin(work) as Promise<T>);
  }

  explaining<T>(work: () => Promise<T>): Promise<T> {
    return explainingPostgres(this.host, work);
  }
}

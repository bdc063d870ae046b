/** A value in a row or a parameter; counts are numbers up to 2^53. */
export type SqlValue = string | number | Uint8Array<ArrayBuffer> | null;

/** A row by column name. */
export type SqlRow = Readonly<Record<string, SqlValue>>;

/** Where statements run: outside of transactions, or in one. */
export interface SqlRunner {
  /**
   * Runs one statement of the SQL that PostgreSQL and SQLite share, with parameters $1, $2 …; casts
   * (`$1::bigint`) and row locks are PostgreSQL's and are omitted for SQLite.
   */
  run(sql: string, values?: readonly SqlValue[]): Promise<SqlRow[]>;
}

/** Where a database is; an address may hold a password and is never shown. */
export type DatabasePlace =
  | { readonly kind: "sqlite"; readonly path: string }
  | { readonly kind: "postgres"; readonly url: string };

/** A database as the store needs it; all rules and all statements stand above. */
export interface SqlDatabase extends SqlRunner {
  /** What messages call it; never with a password. */
  readonly name: string;
  /** Where it is opened again by the worker that searches. */
  readonly place: DatabasePlace;
  readonly readOnly: boolean;
  /** All of the work or nothing of it; on the disk when the promise resolves. */
  transaction<T>(work: (tx: SqlRunner) => Promise<T>): Promise<T>;
  /** The same for changes of templates, which come one after another: those who wait hold up nobody else. */
  change<T>(work: (tx: SqlRunner) => Promise<T>): Promise<T>;
  /** Takes what was deleted out of the database's files, as far as it can. */
  scrub(): Promise<void>;
  close(): Promise<void>;
}

/** `($1::text, $2::bigint), ($3::text, …`: rows as a list of VALUES, and their parameters. */
export function valueRows(
  types: readonly string[],
  rows: readonly (readonly SqlValue[])[],
): { list: string; values: SqlValue[] } {
  const list = rows.map((_, row) =>
    `(${
      types.map((type, i) => `$${row * types.length + i + 1}::${type}`).join(
        ", ",
      )
    })`
  ).join(", ");
  return { list, values: rows.flat() };
}

/** `$1, $2, …`: a list of as many parameters. @param first number of the first one */
export function listOf(items: readonly unknown[], first = 1): string {
  return items.map((_, i) => `$${i + first}`).join(", ");
}

/** Parts of a list, as many at once as one statement takes. */
export function* batches<T>(
  items: readonly T[],
  length = 500,
): Generator<readonly T[]> {
  for (let at = 0; at < items.length; at += length) {
    yield items.slice(at, at + length);
  }
}

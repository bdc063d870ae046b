import pg from "pg";
import { FaceSignInError } from "../../errors.ts";
import type {
  DatabasePlace,
  SqlDatabase,
  SqlRow,
  SqlRunner,
  SqlValue,
} from "../database/sql_database.ts";
import { explainPostgres, isConnectionLost } from "./postgres_errors.ts";
import { migratePostgres } from "./postgres_schema.ts";
import { readPostgresAddress } from "./postgres_address.ts";

/** Waits that end, ms: a database that hangs must not hang the program. */
const TIMEOUTS = {
  connectionTimeoutMillis: 5000,
  lock_timeout: 5000,
  statement_timeout: 30_000,
  idle_in_transaction_session_timeout: 30_000,
  query_timeout: 35_000,
};
/** Connections for everything but changes of templates. */
const CONNECTIONS = 8;
/** `bigint`'s number in PostgreSQL's catalogue; counts here stay far below 2^53. */
const BIGINT = 20;

/**
 * Connects to a PostgreSQL database and brings its schema `face_sign_in` to the newest version.
 *
 * @param url postgres://user:password@host:port/database?sslmode=…
 * @throws StoreUnreachableError when the server does not answer or refuses.
 */
export async function openPostgres(url: string): Promise<SqlDatabase> {
  const address = await readPostgresAddress(url);
  const place = { kind: "postgres", url } as const;
  const database = new PostgresDatabase(address.name, place, {
    ...address.config,
    ...TIMEOUTS,
    application_name: "face-sign-in",
    options: "-c search_path=face_sign_in",
    types: {
      getTypeParser: (type: number, format?: "text" | "binary") =>
        type === BIGINT ? Number : pg.types.getTypeParser(type, format),
    },
  } as pg.PoolConfig);
  try {
    await database.transaction(migratePostgres);
    return database;
  } catch (error) {
    await database.close();
    throw error;
  }
}

class PostgresDatabase implements SqlDatabase {
  readonly readOnly = false;
  private readonly pool: pg.Pool;
  /** Changes take turns, so one connection is enough, and those who wait take none from sign-ins. */
  private readonly changes: pg.Pool;

  constructor(
    readonly name: string,
    readonly place: DatabasePlace,
    config: pg.PoolConfig,
  ) {
    this.pool = quietPool({ ...config, max: CONNECTIONS });
    this.changes = quietPool({ ...config, max: 1 });
  }

  run(sql: string, values: readonly SqlValue[] = []): Promise<SqlRow[]> {
    return this.explaining(async () => {
      try {
        return await query(this.pool, sql, values);
      } catch (error) {
        // A connection that died while it was idle says so at its next statement only.
        if (!isConnectionLost(error)) throw error;
        return await query(this.pool, sql, values);
      }
    });
  }

  transaction<T>(work: (tx: SqlRunner) => Promise<T>): Promise<T> {
    return this.explaining(() => transact(this.pool, work));
  }

  change<T>(work: (tx: SqlRunner) => Promise<T>): Promise<T> {
    return this.explaining(() => transact(this.changes, work));
  }

  /**
   * PostgreSQL gives the place of deleted rows free when it vacuums. A role that does not own the tables
   * is passed over with a warning, and so is what somebody vacuums already; what takes too long or
   * finds the disk full is left to autovacuum: the rows are removed already.
   */
  async scrub(): Promise<void> {
    try {
      await this.run("VACUUM (SKIP_LOCKED) templates, chips, users, state");
    } catch (error) {
      if (!(error instanceof FaceSignInError)) throw error;
    }
  }

  async close(): Promise<void> {
    await Promise.all([this.pool.end(), this.changes.end()]);
  }

  private async explaining<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      throw explainPostgres(this.name, error);
    }
  }
}

/** A pool whose connections may break without ending the program: whoever uses one then is told. */
function quietPool(config: pg.PoolConfig): pg.Pool {
  const pool = new pg.Pool(config);
  pool.on("error", () => {});
  pool.on("connect", (client) => client.on("error", () => {}));
  return pool;
}

async function transact<T>(
  pool: pg.Pool,
  work: (tx: SqlRunner) => Promise<T>,
): Promise<T> {
  const client = await begin(pool);
  let broken = true;
  try {
    const result = await work({
      run: (sql, values = []) => query(client, sql, values),
    });
    await client.query("COMMIT");
    broken = false;
    return result;
  } catch (error) {
    if (!isConnectionLost(error)) {
      await client.query("ROLLBACK").then(() => broken = false, () => {});
    }
    throw error;
  } finally {
    client.release(broken);
  }
}

/** Nothing is lost when a dead connection is found out here: it is asked for another. */
async function begin(pool: pg.Pool): Promise<pg.PoolClient> {
  for (let attempt = 1; true; attempt++) {
    const client = await pool.connect();
    try {
      await client.query("BEGIN");
      return client;
    } catch (error) {
      client.release(true);
      if (attempt > 1 || !isConnectionLost(error)) throw error;
    }
  }
}

async function query(
  on: pg.Pool | pg.PoolClient,
  sql: string,
  values: readonly SqlValue[],
): Promise<SqlRow[]> {
  // Without parameters several statements may stand in one text, as in a migration.
  const { rows } = values.length === 0
    ? await on.query(sql)
    : await on.query(sql, [...values]);
  return rows;
}

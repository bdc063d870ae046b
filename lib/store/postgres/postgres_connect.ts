import postgres, { type Sql, type TransactionSql } from "postgres";
import type { StoreModel } from "../embedding_store.ts";
import { explainingPostgres } from "./postgres_errors.ts";
import { migratePostgres } from "./postgres_schema.ts";

/** Which model's embeddings a PostgreSQL store holds; null when there are none. */
export async function heldModelOfPostgres(
  url: string,
): Promise<StoreModel | null> {
  const sql = connectPostgres(url);
  try {
    return await explainingPostgres(new URL(url).host, async () => {
      await migratePostgres(sql);
      return await heldModel(sql);
    });
  } finally {
    await sql.end({ timeout: 1 });
  }
}

/** A pool of connections; `?max=1` in the address makes it one. */
export function connectPostgres(url: string): Sql {
  return postgres(url, { onnotice: () => {}, connect_timeout: 10 });
}

/** The model of the templates in the database; null when there are none. */
export async function heldModel(sql: Connection): Promise<StoreModel | null> {
  const [held] =
    await sql`SELECT model_id, dimensions FROM face_sign_in.contract
    WHERE EXISTS (SELECT 1 FROM face_sign_in.templates)`;
  if (held === undefined) return null;
  return {
    modelId: String(held.model_id),
    dimensions: Number(held.dimensions),
  };
}

/** The pool, or the one connection of a transaction. */
export type Connection = Sql | TransactionSql;

import { AttemptLimits } from "../limits/attempt_limits.ts";
import { AuditLog } from "../audit/audit_log.ts";
import type { StoreModel } from "../embedding_store.ts";
import { PostgresAttempts } from "./postgres_attempts.ts";
import { PostgresAudit } from "./postgres_audit.ts";
import { connectPostgres } from "./postgres_connect.ts";
import { PostgresDatabase } from "./postgres_database.ts";
import { explainingPostgres } from "./postgres_errors.ts";
import { migratePostgres, preparePgvector } from "./postgres_schema.ts";
import { PostgresStore } from "./postgres_store.ts";
import type { Records } from "../records.ts";
import type { Vault } from "../seal/seal.ts";
import { ServerSearch } from "./server_search.ts";

/**
 * Opens the store for a company: a PostgreSQL database, in a schema `face_sign_in` of its own,
 * which holds the audit log and the counts of failed sign-ins too. With the pgvector extension the server searches, exactly; without it this process keeps the templates
 * packed in memory. With a vault the embeddings are sealed, and what the server searches by is
 * turned by the key's rotation.
 *
 * @param url postgres://user:password@host:port/database
 * @throws StoreUnreachableError when the server does not answer or refuses.
 * @throws StoreModelError when it holds another model's embeddings.
 */
export async function openPostgresRecords(
  url: string,
  model: StoreModel,
  vault: Vault | null = null,
): Promise<Records & { readonly store: PostgresStore }> {
  const host = new URL(url).host;
  const sql = connectPostgres(url);
  try {
    return await explainingPostgres(host, async () => {
      await migratePostgres(sql);
      const serverSearches = await preparePgvector(sql);
      const database = new PostgresDatabase(sql, host);
      const audit = new PostgresAudit(database);
      const search = serverSearches ? new ServerSearch(database, model) : null;
      const store = new PostgresStore(database, audit, model, vault, search);
      await store.prepare();
      const attempts = new AttemptLimits(new PostgresAttempts(database));
      return { store, audit: new AuditLog(audit), attempts };
    });
  } catch (error) {
    await sql.end({ timeout: 1 });
    throw error;
  }
}

/** Opens the store alone, as `openPostgresRecords` does. */
export async function openPostgresStore(
  url: string,
  model: StoreModel,
  vault: Vault | null = null,
): Promise<PostgresStore> {
  return (await openPostgresRecords(url, model, vault)).store;
}

import { ChipFolder } from "../chip_folder.ts";
import type { StoreModel } from "../embedding_store.ts";
import { connectPostgres } from "./postgres_connect.ts";
import { PostgresDatabase } from "./postgres_database.ts";
import { explainingPostgres } from "./postgres_errors.ts";
import { migratePostgres, preparePgvector } from "./postgres_schema.ts";
import { PostgresStore } from "./postgres_store.ts";
import type { Vault } from "../seal/seal.ts";
import { ServerSearch } from "./server_search.ts";

/**
 * Opens the store for a company: a PostgreSQL database, in a schema `face_sign_in` of its own,
 * which holds the audit log and the counts of failed sign-ins too. With the pgvector extension the server searches, exactly; without it this process keeps the templates
 * packed in memory. With a vault the embeddings are sealed, and what the server searches by is
 * turned by the key's rotation.
 *
 * @param savePath folder of the chips
 * @param url postgres://user:password@host:port/database
 * @throws StoreUnreachableError when the server does not answer or refuses.
 * @throws StoreModelError when it holds another model's embeddings.
 */
export async function openPostgresStore(
  url: string,
  model: StoreModel,
  savePath: string,
  vault: Vault | null = null,
): Promise<PostgresStore> {
  const host = new URL(url).host;
  const sql = connectPostgres(url);
  try {
    return await explainingPostgres(host, async () => {
      await migratePostgres(sql);
      const serverSearches = await preparePgvector(sql);
      const database = new PostgresDatabase(sql, host);
      const search = serverSearches ? new ServerSearch(database, model) : null;
      const store = new PostgresStore(
        database,
        new ChipFolder(savePath),
        model,
        vault,
        search,
      );
      await store.prepare();
      return store;
    });
  } catch (error) {
    await sql.end({ timeout: 1 });
    throw error;
  }
}

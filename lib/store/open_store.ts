import type { Settings } from "../config.ts";
import type { EmbeddingStore, StoreModel } from "./embedding_store.ts";
import { heldModelOfJson } from "./json/json_file.ts";
import { openJsonStore, refuseOnJson } from "./json/json_store.ts";
import { openSqliteStore } from "./sqlite/open_sqlite.ts";
import { readVault } from "./seal/store_key.ts";
import { heldModelOfSqlite } from "./sqlite/sqlite_connect.ts";
import { parseStorePlace } from "./store_place.ts";

/** The settings that say where users are kept, and whether templates are sealed. */
export type StoreSettings = Pick<
  Settings,
  "store" | "storeKey" | "storeKeyFile" | "savePath"
>;

/** A store without templates belongs to no model yet. */
const NO_MODEL: StoreModel = { modelId: "none", dimensions: 1 };

/**
 * Opens the store that the settings name; close it when done.
 *
 * @param model whose embeddings are compared and kept; without it the model that the store holds,
 * for what compares nothing and must work after a change of model too: listing, removing, changing
 * keys, reading the audit log
 * @throws SettingError when `store` is no store's address, or a JSON store is to be sealed.
 * @throws StoreModelError when the store holds another model's embeddings.
 * @throws StoreDamagedError, StoreKeyError, StoreUnreachableError when it cannot be read.
 */
export async function openStore(
  settings: StoreSettings,
  model?: StoreModel,
): Promise<EmbeddingStore> {
  const place = parseStorePlace(settings.store);
  const vault = await readVault(settings);
  const { savePath } = settings;
  switch (place.kind) {
    case "json": {
      const { path } = place;
      if (vault !== null) throw refuseOnJson(path, "is never sealed");
      const used = model ?? await heldModelOfJson(path) ?? NO_MODEL;
      return await openJsonStore(path, used, savePath);
    }
    case "sqlite": {
      const { path } = place;
      const used = model ?? await heldModelOfSqlite(path) ?? NO_MODEL;
      return await openSqliteStore(path, used, savePath, vault);
    }
    case "postgres": {
      // The parts of PostgreSQL are loaded only when it is used.
      const { openPostgresStore } = await import("./postgres/open_postgres.ts");
      const { heldModelOfPostgres } = await import(
        "./postgres/postgres_connect.ts"
      );
      const { url } = place;
      const used = model ?? await heldModelOfPostgres(url) ?? NO_MODEL;
      return await openPostgresStore(url, used, savePath, vault);
    }
  }
}

import { readSettings, type Settings } from "../config.ts";
import { ChipFolder } from "./chip_folder.ts";
import { upgradeRows } from "./database/upgrade_rows.ts";
import { DatabaseStore } from "./database/database_store.ts";
import { heldModel } from "./database/template_rows.ts";
import type { DatabasePlace, SqlDatabase } from "./database/sql_database.ts";
import { keyIdOf, stateRow } from "./database/state_row.ts";
import type { EmbeddingStore, StoreModel } from "./embedding_store.ts";
import { openJsonStore, refuseOnJson } from "./json/json_store.ts";
import { openedModel } from "./store_rules.ts";
import { findKey, NO_KEY } from "./seal/key_file.ts";
import { requireKey } from "./seal/store_key.ts";
import { openSqlite } from "./sqlite/sqlite_database.ts";
import { parseStorePlace } from "./store_place.ts";

/**
 * Opens the store that the settings name; close it when done. A new database is sealed, and its key
 * made beside it, unless the settings say otherwise; `notice` tells where it lies.
 *
 * @param settings those left out have their defaults; `readSettings()` reads `.env`
 * @param model whose embeddings are compared and kept; without it the model that the store holds,
 * for what compares nothing and must work after a change of model too: listing, removing, changing
 * keys, reading the audit log
 * @throws SettingError when `store` is no store's address, or a JSON store is to be sealed.
 * @throws StoreModelError when the store holds another model's embeddings.
 * @throws StoreKeyMissingError when the file of its key is not there.
 * @throws StoreDamagedError, StoreKeyError, StoreUnreachableError when it cannot be read.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { openStore } from "@face/sign-in";
 *
 * const folder = await Deno.makeTempDir();
 * const model = { modelId: "my-model", dimensions: 128 };
 * const store = await openStore({ store: `${folder}/faces.db` }, model);
 * assert.deepEqual(await store.users(), []);
 * await store.close();
 * ```
 */
export async function openStore(
  settings: Partial<
    Pick<Settings, "store" | "storeKey" | "storeKeyFile" | "savePath">
  > = {},
  model?: StoreModel,
): Promise<EmbeddingStore> {
  const { store, savePath, ...keys } = { ...readSettings({}), ...settings };
  const place = parseStorePlace(store);
  if (place.kind === "json") {
    const { storeKey, storeKeyFile } = keys;
    if (storeKey !== "" || !["", NO_KEY].includes(storeKeyFile)) {
      throw refuseOnJson(place.path, "is never sealed");
    }
    return await openJsonStore(place.path, savePath, model ?? null);
  }
  const database = await openDatabase(place);
  try {
    const { key, notice } = await findKey(database, place, keys);
    if (!database.readOnly) {
      await upgradeRows(database, key, new ChipFolder(savePath));
    }
    const held = await heldModel(database);
    const { name } = database;
    const state = await database.run("SELECT key_id FROM state");
    const sealedWith = keyIdOf(stateRow(state, name));
    if (held !== null || sealedWith !== null) {
      requireKey(name, sealedWith, key);
    }
    const used = openedModel(name, model ?? null, held);
    return new DatabaseStore(database, used, key, notice);
  } catch (error) {
    await database.close();
    throw error;
  }
}

async function openDatabase(place: DatabasePlace): Promise<SqlDatabase> {
  if (place.kind === "sqlite") return await openSqlite(place.path);
  // The parts of PostgreSQL are loaded only when it is used.
  const { openPostgres } = await import("./postgres/postgres_database.ts");
  return await openPostgres(place.url);
}

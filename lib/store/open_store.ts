import type { Settings } from "../config.ts";
import { AttemptLimits } from "./limits/attempt_limits.ts";
import { AuditFile } from "./audit/audit_file.ts";
import { AuditLog } from "./audit/audit_log.ts";
import type { EmbeddingStore, StoreModel } from "./embedding_store.ts";
import { heldModelOfJson } from "./json/json_file.ts";
import { openJsonStore } from "./json/json_store.ts";
import { openSqliteRecords } from "./sqlite/open_sqlite.ts";
import type { Records } from "./records.ts";
import type { Vault } from "./seal/seal.ts";
import { heldModelOfSqlite } from "./sqlite/sqlite_connect.ts";
import { readVault } from "./seal/store_key.ts";
import { type StorePlace, storePlaceOf } from "./store_place.ts";

/** The settings that say where everything about users is kept, and whether templates are sealed. */
export type RecordSettings = Pick<
  Settings,
  | "store"
  | "embeddingsPath"
  | "storeKey"
  | "storeKeyFile"
  | "auditPath"
  | "attemptsPath"
  | "savePath"
>;

/** Everything that keeps something about users. */
export interface UserRecords extends Records {
  /** Folder of chips, one sub-folder per user. */
  readonly savePath: string;
}

/** Opens everything that the settings name: store, audit log and counts of failed sign-ins. Close the store when done. */
export async function openRecords(
  settings: RecordSettings,
  model: StoreModel,
): Promise<UserRecords> {
  const vault = await readVault(settings);
  return await openAll(settings, model, vault);
}

/**
 * Opens everything with the model the store holds, whatever the settings say: for listing, removing
 * and changing keys, which compare nothing and must work after a change of model too.
 *
 * @param vault the key the store is sealed with; by default the settings' one
 */
export async function openRecordsAsTheyAre(
  settings: RecordSettings,
  vault?: Vault | null,
): Promise<UserRecords> {
  const model = await heldModelOrNone(storePlaceOf(settings));
  const key = vault === undefined ? await readVault(settings) : vault;
  return await openAll(settings, model, key);
}

/** Opens the store that the settings name; its changes go to the audit log. */
export async function openStore(
  settings: RecordSettings,
  model: StoreModel,
): Promise<EmbeddingStore> {
  return (await openRecords(settings, model)).store;
}

/** Opens the audit log alone, which takes no key; `close` it when done. */
export async function openAudit(
  settings: Omit<RecordSettings, "storeKey" | "storeKeyFile">,
): Promise<{ readonly audit: AuditLog; close(): Promise<void> }> {
  const place = storePlaceOf(settings);
  if (place.kind === "json") {
    const audit = new AuditLog(settings.auditPath);
    return { audit, close: () => Promise.resolve() };
  }
  const model = await heldModelOrNone(place);
  const { audit, store } = await openDatabase(place, model, null);
  return { audit, close: () => store.close() };
}

/**
 * Opens a store at a place, without the files that settings name for a JSON store: its changes are
 * not taken down. A database has its own log and takes them down.
 */
export async function openStoreAt(
  place: StorePlace,
  model: StoreModel,
  vault: Vault | null,
): Promise<EmbeddingStore> {
  if (place.kind === "json") {
    return await openJsonStore(place.path, model, vault);
  }
  return (await openDatabase(place, model, vault)).store;
}

/** The same with the model the store holds. */
export async function openStoreAsItIs(
  place: StorePlace,
  vault: Vault | null,
): Promise<EmbeddingStore> {
  return await openStoreAt(place, await heldModelOrNone(place), vault);
}

async function openAll(
  settings: RecordSettings,
  model: StoreModel,
  vault: Vault | null,
): Promise<UserRecords> {
  const { savePath, auditPath, attemptsPath } = settings;
  const place = storePlaceOf(settings);
  if (place.kind !== "json") {
    return { ...await openDatabase(place, model, vault), savePath };
  }
  const file = new AuditFile(auditPath);
  return {
    store: await openJsonStore(place.path, model, vault, file),
    audit: new AuditLog(file),
    attempts: new AttemptLimits(attemptsPath),
    savePath,
  };
}

/** The parts of PostgreSQL are loaded only when it is used. */
async function openDatabase(
  place: Exclude<StorePlace, { kind: "json" }>,
  model: StoreModel,
  vault: Vault | null,
): Promise<Records> {
  if (place.kind === "sqlite") {
    return await openSqliteRecords(place.path, model, vault);
  }
  const { openPostgresRecords } = await import("./postgres/open_postgres.ts");
  return await openPostgresRecords(place.url, model, vault);
}

async function heldModelOrNone(place: StorePlace): Promise<StoreModel> {
  return await heldModel(place) ?? { modelId: "none", dimensions: 1 };
}

async function heldModel(place: StorePlace): Promise<StoreModel | null> {
  switch (place.kind) {
    case "json":
      return await heldModelOfJson(place.path);
    case "sqlite":
      return await heldModelOfSqlite(place.path);
    case "postgres": {
      const { heldModelOfPostgres } = await import(
        "./postgres/postgres_connect.ts"
      );
      return await heldModelOfPostgres(place.url);
    }
  }
}

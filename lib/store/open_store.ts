import type { Settings } from "../config.ts";
import { SettingError } from "../errors.ts";
import type { EmbeddingStore, StoreModel } from "./embedding_store.ts";
import { heldModelOfJson, openJsonStore } from "./json_store.ts";
import { createVault, parseStoreKey, type Vault } from "./seal.ts";
import { heldModelOfSqlite } from "./sqlite_connect.ts";
import { openSqliteStore } from "./sqlite_store.ts";

/** The settings that say where templates are kept and whether they are sealed. */
export type StoreSettings = Pick<
  Settings,
  "store" | "embeddingsPath" | "storeKey" | "storeKeyFile"
>;

/** Where a store is, read from its address. */
export type StorePlace =
  | { readonly kind: "json" | "sqlite"; readonly path: string }
  | { readonly kind: "postgres"; readonly url: string };

/** Opens the store that the settings name, sealed with the key that they name. */
export async function openStore(
  settings: StoreSettings,
  model: StoreModel,
): Promise<EmbeddingStore> {
  const vault = await readVault(settings);
  return await openStoreAt(storePlaceOf(settings), model, vault);
}

/** Opens the store at a place. The parts of one kind of store are loaded only when it is used. */
export async function openStoreAt(
  place: StorePlace,
  model: StoreModel,
  vault: Vault | null,
): Promise<EmbeddingStore> {
  switch (place.kind) {
    case "json":
      return await openJsonStore(place.path, model, vault);
    case "sqlite":
      return await openSqliteStore(place.path, model, vault);
    case "postgres": {
      const { openPostgresStore } = await import("./postgres_store.ts");
      return await openPostgresStore(place.url, model, vault);
    }
  }
}

/**
 * Opens a store with the model it holds, whatever the settings say: for listing, removing and
 * copying, which compare nothing and must work after a change of model too.
 */
export async function openStoreAsItIs(
  place: StorePlace,
  vault: Vault | null,
): Promise<EmbeddingStore> {
  const model = await heldModel(place) ?? { modelId: "none", dimensions: 1 };
  return await openStoreAt(place, model, vault);
}

async function heldModel(place: StorePlace): Promise<StoreModel | null> {
  switch (place.kind) {
    case "json":
      return await heldModelOfJson(place.path);
    case "sqlite":
      return await heldModelOfSqlite(place.path);
    case "postgres": {
      const { heldModelOfPostgres } = await import("./postgres_connect.ts");
      return await heldModelOfPostgres(place.url);
    }
  }
}

/** Where the settings say that templates are kept. */
export function storePlaceOf(
  settings: Pick<Settings, "store" | "embeddingsPath">,
): StorePlace {
  if (settings.store !== "") return parseStorePlace(settings.store);
  // embeddings_path may end in anything: it has always been the JSON file.
  return { kind: "json", path: settings.embeddingsPath };
}

/**
 * Reads a store's address: `postgres://…`; `sqlite:PATH` or a path ending in .db or .sqlite;
 * `json:PATH` or a path ending in .json.
 *
 * @throws SettingError for anything else; a password in the address is not repeated.
 */
export function parseStorePlace(address: string): StorePlace {
  if (/^postgres(ql)?:\/\//.test(address) && URL.canParse(address)) {
    return { kind: "postgres", url: address };
  }
  const [, kind, path] = /^(json|sqlite):(.+)$/.exec(address) ?? [];
  if ((kind === "json" || kind === "sqlite") && path !== undefined) {
    return { kind, path };
  }
  if (/\.json$/.test(address)) return { kind: "json", path: address };
  if (/\.(db|sqlite3?)$/.test(address)) {
    return { kind: "sqlite", path: address };
  }
  throw new SettingError(
    `store=${
      address.replace(/\/\/.*@/, "//…@")
    } is not a store; it takes a path ending in .json or .db, json:PATH, sqlite:PATH or postgres://…`,
  );
}

/**
 * Makes the vault from store_key or store_key_file; null when neither is set.
 *
 * @throws SettingError when both are set, the key is malformed, or others may read its file.
 */
export async function readVault(
  { storeKey, storeKeyFile }: Pick<Settings, "storeKey" | "storeKeyFile">,
): Promise<Vault | null> {
  if (storeKey !== "" && storeKeyFile !== "") {
    throw new SettingError(
      "store_key and store_key_file are both set; keep one of them",
    );
  }
  if (storeKeyFile !== "") {
    return await createVault(parseStoreKey(await readKeyFile(storeKeyFile)));
  }
  return storeKey === "" ? null : await createVault(parseStoreKey(storeKey));
}

async function readKeyFile(path: string): Promise<string> {
  let text: string;
  let mode: number | null;
  try {
    [text, { mode }] = [await Deno.readTextFile(path), await Deno.stat(path)];
  } catch (cause) {
    throw new SettingError(
      `store_key_file=${path} cannot be read; correct the path or the file's rights`,
      { cause },
    );
  }
  if (mode !== null && (mode & 0o077) !== 0) {
    throw new SettingError(
      `store_key_file=${path} may be read by others; run chmod 600 ${path}`,
    );
  }
  return text;
}

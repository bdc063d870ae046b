import { dirname } from "node:path";
import type { Settings } from "../config.ts";
import { SettingError } from "../errors.ts";
import { toWriteError } from "./atomic_file.ts";
import type { DatabasePlace } from "./database/sql_database.ts";

/** Where a store is, read from its address. */
export type StorePlace =
  | { readonly kind: "json"; readonly path: string }
  | DatabasePlace;

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
 * Looks at where the settings keep users before any work is done. A database server is not asked.
 *
 * @returns whether there is a store already
 * @throws SettingError when `store` is no store's address.
 * @throws WriteError when this process may not write there, or the folder is missing.
 */
export async function checkStorePlace(
  { store, savePath }: Pick<Settings, "store" | "savePath">,
): Promise<boolean> {
  const place = parseStorePlace(store);
  if (place.kind === "postgres") return true;
  const { path } = place;
  const written = place.kind === "sqlite"
    ? [path]
    : [path, `${path}.tmp`, `${path}.lock`, savePath];
  for (const path of written) {
    const { state } = await Deno.permissions.query({ name: "write", path });
    if (state !== "granted") {
      throw toWriteError(path, new Deno.errors.NotCapable());
    }
  }
  try {
    (await Deno.open(path, { append: true })).close();
    return true;
  } catch (error) {
    const missing = error instanceof Deno.errors.NotFound;
    if (missing && await isThere(dirname(path))) return false;
    throw toWriteError(path, error);
  }
}

function isThere(path: string): Promise<boolean> {
  return Deno.stat(path).then(() => true, () => false);
}

import { SettingError } from "../errors.ts";

/** Where a store is, read from its address. */
export type StorePlace =
  | { readonly kind: "json"; readonly path: string }
  | { readonly kind: "sqlite"; readonly path: string }
  | { readonly kind: "postgres"; readonly url: string };

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

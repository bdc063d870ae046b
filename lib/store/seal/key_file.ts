import { randomBytes } from "node:crypto";
import type { Settings } from "../../config.ts";
import { SettingError, StoreKeyMissingError } from "../../errors.ts";
import { removeFile, writeFileAtomically } from "../atomic_file.ts";
import type { SqlDatabase } from "../database/sql_database.ts";
import { keyIdOf, lockState, stateRow } from "../database/state_row.ts";
import type { StorePlace } from "../store_place.ts";
import { createStoreKey, parseStoreKey, type StoreKey } from "./store_key.ts";

type KeySettings = Pick<Settings, "storeKey" | "storeKeyFile">;

/** Value of store_key_file for a store that stays as it is. */
export const NO_KEY = "none";
/** Where the key of a database on a server lies, unless store_key_file says otherwise. */
const SERVER_KEY_FILE = "./store.key";

/** File of a database's key: beside a SQLite file unless store_key_file says otherwise. */
export function keyFileOf(
  place: StorePlace,
  { storeKeyFile }: KeySettings,
): string {
  if (storeKeyFile !== "") return storeKeyFile;
  return place.kind === "sqlite" ? `${place.path}.key` : SERVER_KEY_FILE;
}

/**
 * Finds the key of a database: store_key, or the key file. A database that holds nobody yet gets one:
 * its file is on the disk before anything is sealed with it.
 *
 * @returns the key, null for a store that is not sealed, and what whoever opened it should be told
 * @throws StoreKeyMissingError when the store is sealed and its key file is not there.
 * @throws SettingError as `readKey` does.
 */
export async function findKey(
  database: SqlDatabase,
  place: StorePlace,
  settings: KeySettings,
): Promise<{ key: StoreKey | null; notice: string | null }> {
  const { storeKey, storeKeyFile } = settings;
  if (storeKey !== "" || storeKeyFile === NO_KEY) {
    return { key: await readKey(place, settings), notice: null };
  }
  const path = keyFileOf(place, settings);
  const { name } = database;
  await settleNewKey(database, path);
  const key = await readKeyFile(path);
  if (key !== null) return { key, notice: null };
  const state = stateRow(
    await database.run(
      "SELECT key_id, EXISTS (SELECT 1 FROM templates) AS used FROM state",
    ),
    name,
  );
  const sealedWith = keyIdOf(state);
  if (sealedWith !== null) {
    throw new StoreKeyMissingError(
      `${name} is sealed with key ${sealedWith}, and its key file ${path} is not there; put it back from your copy`,
    );
  }
  if (storeKeyFile !== "" && state.used) throw unreadable(path);
  if (state.used) {
    return {
      key,
      notice:
        `${name} is not sealed: whoever takes it has the faces. \`deno task store seal\` seals it; store_key_file=${NO_KEY} leaves it as it is.`,
    };
  }
  if (database.readOnly) return { key, notice: null };
  return {
    key: await makeKeyFile(database, path),
    notice:
      `${name} is sealed with a new key, ${path}. Keep a copy of that file elsewhere: without it nobody can read the faces any more, and whoever has both has the faces.`,
  };
}

/** Reads the key that the settings name or that lies where it would; null when there is none. */
export async function readKey(
  place: StorePlace,
  settings: KeySettings,
): Promise<StoreKey | null> {
  const { storeKey, storeKeyFile } = settings;
  if (storeKey !== "" && storeKeyFile !== "") {
    throw new SettingError(
      "store_key and store_key_file are both set; keep one of them",
    );
  }
  if (storeKey !== "") return parseStoreKey(storeKey);
  if (storeKeyFile === NO_KEY) return null;
  return await readKeyFile(keyFileOf(place, settings));
}

/**
 * Reads a key file; null when it is not there.
 *
 * @param missing "required": that is refused
 * @throws SettingError when it is none, or others may read it.
 */
export async function readKeyFile(
  path: string,
  missing?: "required",
): Promise<StoreKey | null> {
  let text: string;
  let mode: number | null;
  try {
    [text, { mode }] = [await Deno.readTextFile(path), await Deno.stat(path)];
  } catch (cause) {
    const isMissing = cause instanceof Deno.errors.NotFound;
    if (isMissing && missing !== "required") return null;
    throw unreadable(path, cause);
  }
  if (mode !== null && (mode & 0o077) !== 0) {
    throw new SettingError(
      `store_key_file=${path} may be read by others; run chmod 600 ${path}`,
    );
  }
  const setting = `store_key_file=${path}`;
  return missing === "required"
    ? parseStoreKey(text, setting)
    : parseStoreKey(text, setting, "put it back from your copy");
}

/** A new key that no file holds yet. */
export function makeKey(): StoreKey {
  return createStoreKey(randomBytes(32));
}

/** Keeps a key that takes the place of the one in a file, beside it, until the store is sealed with it. */
export async function keepNewKey(path: string, key: StoreKey): Promise<void> {
  await writeKeyFile(`${path}.new`, key);
}

/**
 * After a change of keys that was killed: the new key takes the old one's place if the store is sealed
 * with it already, or goes. Others who change keys wait meanwhile.
 */
async function settleNewKey(
  database: SqlDatabase,
  path: string,
): Promise<void> {
  const left = [`${path}.new`, `${path}.new.tmp`];
  const there = await Promise.all(
    left.map((each) => Deno.stat(each).then(() => true, () => false)),
  );
  if (database.readOnly || !there.includes(true)) return;
  await database.change(async (tx) => {
    const state = await lockState(tx, database.name);
    const key = await readKeyFile(`${path}.new`);
    // Renamed, not written again: a kill leaves nothing, and what the disk forgets is done once more.
    if (key !== null && key.keyId === keyIdOf(state)) {
      await Deno.rename(`${path}.new`, path);
    }
    for (const each of left) await removeFile(each);
  });
}

/** Two processes that start at once make one key. */
function makeKeyFile(database: SqlDatabase, path: string): Promise<StoreKey> {
  return database.change(async (tx) => {
    await lockState(tx, database.name);
    const made = await readKeyFile(path);
    if (made !== null) return made;
    const key = makeKey();
    await writeKeyFile(path, key);
    return key;
  });
}

async function writeKeyFile(path: string, key: StoreKey): Promise<void> {
  await writeFileAtomically(path, `${key.secret.toHex()}\n`);
}

function unreadable(path: string, cause?: unknown): SettingError {
  return new SettingError(
    `store_key_file=${path} cannot be read; correct the path or the file's rights`,
    { cause },
  );
}

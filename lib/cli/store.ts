/** `deno task store copy | seal | rotate | unseal`: moves templates between stores and keys. */
import { readSettings, type Settings } from "../config.ts";
import { SettingError, UsageError } from "../errors.ts";
import { copyStore } from "../store/copy_store.ts";
import {
  openRecordsAsTheyAre,
  openStoreAsItIs,
  openStoreAt,
} from "../store/open_store.ts";
import { readVault } from "../store/seal/store_key.ts";
import { parseStorePlace } from "../store/store_place.ts";
import { runTask } from "./run_task.ts";

const usage = `deno task store COMMAND
  copy FROM TO        copy all templates into another store and compare counts and checksums
  seal                seal a store that was not sealed with store_key
  rotate KEY_FILE     seal everything again with the key in KEY_FILE, which then becomes store_key_file
  unseal              write everything unsealed again
A store is a path ending in .json or .db, or postgres://…`;

if (import.meta.main) await runTask(store);

async function store([command, ...rest]: string[]): Promise<number> {
  const settings = readSettings();
  if (command === "copy" && rest.length === 2) {
    return await copy(settings, rest[0]!, rest[1]!);
  }
  if (command === "rotate" && rest.length === 1) {
    return await rotate(settings, rest[0]!);
  }
  if (command === "seal" && rest.length === 0) {
    return await seal(settings);
  }
  if (command === "unseal" && rest.length === 0) {
    return await unseal(settings);
  }
  throw new UsageError(`usage: ${usage}`);
}

async function copy(
  settings: Settings,
  from: string,
  to: string,
): Promise<number> {
  const vault = await readVault(settings);
  const source = await openStoreAsItIs(parseStorePlace(from), vault);
  const target = await openStoreAt(parseStorePlace(to), source.model, vault);
  const { templates, users, sha256 } = await copyStore(source, target);
  await source.close();
  await target.close();
  console.log(
    `${templates} templates of ${users} users copied; both stores have the checksum ${sha256}.`,
  );
  return 0;
}

async function seal(settings: Settings): Promise<number> {
  const vault = await readVault(settings);
  if (vault === null) {
    throw new SettingError(
      "no key is set; set store_key or store_key_file to the key to seal with",
    );
  }
  return await reseal(settings, null, vault);
}

async function rotate(
  settings: Settings,
  keyFile: string,
): Promise<number> {
  const old = await readVault(settings);
  const vault = await readVault({ storeKey: "", storeKeyFile: keyFile });
  const code = await reseal(settings, old, vault);
  console.log(
    `Set store_key_file=${keyFile} now; the old key opens nothing here any more.`,
  );
  return code;
}

async function unseal(settings: Settings): Promise<number> {
  return await reseal(settings, await readVault(settings), null);
}

async function reseal(
  settings: Settings,
  from: Awaited<ReturnType<typeof readVault>>,
  to: Awaited<ReturnType<typeof readVault>>,
): Promise<number> {
  const { store } = await openRecordsAsTheyAre(settings, from);
  const templates = await store.reseal(to);
  await store.close();
  console.log(
    `${templates} templates ${
      to === null ? "are no longer sealed" : `sealed with key ${to.keyId}`
    }.`,
  );
  return 0;
}

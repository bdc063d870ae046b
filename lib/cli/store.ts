/** `deno task store prepare | copy | seal | rotate | unseal`: makes databases, moves templates between stores and keys. */
import "./named_reads.ts";
import { readSettings, type Settings } from "../config.ts";
import { SettingError } from "../errors.ts";
import { copyStore } from "../store/copy_store.ts";
import { openStore } from "../store/open_store.ts";
import { readStoreKey } from "../store/seal/key_file.ts";
import type { StoreKey } from "../store/seal/store_key.ts";
import { parseStorePlace } from "../store/store_place.ts";
import { answer, runTask, taskCommand } from "./run_task.ts";

const store = taskCommand(
  "store",
  "Makes or copies the store, or changes the key that seals it. A store is a path ending in .json or .db, or postgres://…; seal, rotate and unseal are for the latter two.",
  "copy embeddings.json faces.db",
);
store.command("prepare")
  .description(
    "make or migrate the store's database, so that others can use it",
  )
  .action(() => prepare(readSettings()));
store.command("copy")
  .description("copy all templates and compare counts and checksums")
  .argument("<from>")
  .argument("<to>")
  .action((from, to) => copy(readSettings(), from, to));
store.command("seal")
  .description("seal a store that was not sealed, with store_key")
  .action(() => seal(readSettings()));
store.command("rotate")
  .description("seal everything again with another key")
  .argument("<key_file>", "the new key, which then becomes store_key_file")
  .action((keyFile) => rotate(readSettings(), keyFile));
store.command("unseal")
  .description("write everything unsealed again")
  .action(() => unseal(readSettings()));

if (import.meta.main) await runTask(store);

async function prepare(settings: Settings): Promise<void> {
  const opened = await openStore(settings);
  await opened.check();
  await opened.close();
  const { kind } = parseStorePlace(settings.store);
  answer({
    result: { store: opened.name },
    lines: [
      `${opened.name} is ready.`,
      ...(kind !== "postgres" ? [] : [
        "Another role can run everything with these rights:",
        "  GRANT USAGE ON SCHEMA face_sign_in TO role;",
        "  GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA face_sign_in TO role;",
      ]),
    ],
  });
}

async function copy(
  settings: Settings,
  from: string,
  to: string,
): Promise<void> {
  const source = await openStore(keyedFor(settings, from));
  const target = await openStore(keyedFor(settings, to), source.model);
  const copied = await copyStore(source, target);
  await source.close();
  await target.close();
  const { templates, users, sha256 } = copied;
  answer({
    result: copied,
    lines: [
      `${templates} templates of ${users} users copied; both stores have the checksum ${sha256}.`,
    ],
  });
}

/** The settings for a store at another address; a JSON store takes no key. */
function keyedFor(settings: Settings, address: string): Settings {
  const sealable = parseStorePlace(address).kind !== "json";
  return { ...(sealable ? settings : withoutKey(settings)), store: address };
}

function withoutKey(settings: Settings): Settings {
  return { ...settings, storeKey: "", storeKeyFile: "" };
}

async function seal(settings: Settings): Promise<void> {
  const key = await readStoreKey(settings);
  if (key === null) {
    throw new SettingError(
      "no key is set; set store_key or store_key_file to the key to seal with",
    );
  }
  await reseal(withoutKey(settings), key);
}

async function rotate(
  settings: Settings,
  keyFile: string,
): Promise<void> {
  const key = await readStoreKey({ storeKey: "", storeKeyFile: keyFile });
  await reseal(settings, key, [
    `Set store_key_file=${keyFile} now; the old key opens nothing here any more.`,
  ]);
}

async function unseal(settings: Settings): Promise<void> {
  await reseal(settings, null);
}

async function reseal(
  settings: Settings,
  to: StoreKey | null,
  more: readonly string[] = [],
): Promise<void> {
  const store = await openStore(settings);
  const templates = await store.reseal(to);
  await store.close();
  answer({
    result: { templates, keyId: to?.keyId ?? null },
    lines: [
      `${templates} templates ${
        to === null ? "are no longer sealed" : `sealed with key ${to.keyId}`
      }.`,
      ...more,
    ],
  });
}

/** `deno task store prepare | copy | seal | rotate | unseal`: makes databases, moves templates between stores and keys. */
import "./named_reads.ts";
import { readSettings, type Settings } from "../config.ts";
import { StoreKeyError } from "../errors.ts";
import { copyStore } from "../store/copy_store.ts";
import { rotateKey } from "../store/rotate_key.ts";
import { NO_KEY, readKey, readKeyFile } from "../store/seal/key_file.ts";
import type { StoreKey } from "../store/seal/store_key.ts";
import { parseStorePlace } from "../store/store_place.ts";
import { openNoted } from "./open_noted.ts";
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
  .description(
    "seal a store that is not sealed, with store_key, its key file, or a key made for it",
  )
  .action(() => seal(readSettings()));
store.command("rotate")
  .description(
    "seal everything again with a new key, so that no older copy can be read once the old key is gone",
  )
  .argument(
    "[key_file]",
    "the new key, which then becomes store_key_file; one is made in the old one's place unless named",
  )
  .option(
    "--accept",
    "also where somebody without the key changed rows, which count from then on",
  )
  .action((keyFile, options) => rotate(readSettings(), keyFile, options));
store.command("unseal")
  .description("write everything unsealed again")
  .action(() => unseal(readSettings()));

if (import.meta.main) await runTask(store);

async function prepare(settings: Settings): Promise<void> {
  await using opened = await openNoted(settings);
  await opened.check();
  const { kind } = parseStorePlace(settings.store);
  answer({
    result: { store: opened.name },
    lines: [
      `${opened.name} is ready.`,
      ...(kind !== "postgres" ? [] : [
        "Another role can run everything with these rights:",
        "  GRANT USAGE ON SCHEMA face_sign_in TO role;",
        "  GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA face_sign_in TO role;",
        "After a removal only the tables' owner takes the rows out of PostgreSQL's files (VACUUM); other roles leave that to autovacuum.",
      ]),
    ],
  });
}

async function copy(
  settings: Settings,
  from: string,
  to: string,
): Promise<void> {
  await using source = await openNoted(keyedFor(settings, from));
  await using target = await openNoted(keyedFor(settings, to), source.model);
  const copied = await copyStore(source, target);
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
  return { ...settings, storeKey: "", storeKeyFile: NO_KEY };
}

async function seal(settings: Settings): Promise<void> {
  const key = await readKey(parseStorePlace(settings.store), settings);
  if (key === null) return await rotate(settings, undefined, {});
  try {
    await reseal(withoutKey(settings), key);
  } catch (error) {
    if (!(error instanceof StoreKeyError)) throw error;
    // Sealed already: with this key, or opening it says with which.
    await using store = await openNoted(settings);
    answer({
      result: { templates: 0, keyId: key.keyId },
      lines: [`${store.name} is sealed with key ${key.keyId} already.`],
    });
  }
}

async function rotate(
  settings: Settings,
  keyFile: string | undefined,
  options: { readonly accept?: true | undefined },
): Promise<void> {
  const accept = options.accept ?? false;
  if (keyFile !== undefined) {
    const key = await readKeyFile(keyFile, "required");
    return await reseal(settings, key, accept, [
      `Set store_key_file=${keyFile} now; the old key opens nothing here any more.`,
    ]);
  }
  const { templates, keyId, path } = await rotateKey(settings, { accept });
  answer({
    result: { templates, keyId, keyFile: path },
    lines: [
      `${templates} templates sealed with key ${keyId}, which lies in ${path}.`,
      "Keep a copy of that file elsewhere, and destroy copies of the old one: then nothing that was removed can be read from any older copy of the store.",
    ],
  });
}

async function unseal(settings: Settings): Promise<void> {
  await reseal(settings, null, false, [
    `Set store_key_file=${NO_KEY} now, so that it stays so.`,
  ]);
}

async function reseal(
  settings: Settings,
  to: StoreKey | null,
  accept = false,
  more: readonly string[] = [],
): Promise<void> {
  await using store = await openNoted(settings);
  const templates = await store.reseal(to, { accept });
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

import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { DatabaseSync } from "node:sqlite";
import { StoreKeyError, StoreKeyMissingError } from "../../lib/errors.ts";
import { openStore } from "../../lib/store/open_store.ts";
import { rotateKey } from "../../lib/store/rotate_key.ts";
import { NO_KEY } from "../../lib/store/seal/key_file.ts";
import { postgresMissing, runSql, startPostgres } from "./postgres_server.ts";
import { SAMPLE_MODEL, sampleTemplate } from "./sample_templates.ts";
import { withTempFolder } from "./temp_folder.ts";

/** Settings of a store in a folder, as they are unless somebody sets something. */
function settingsIn(folder: string, storeKeyFile = "") {
  return {
    store: `${folder}/faces.db`,
    storeKey: "",
    storeKeyFile,
    savePath: `${folder}/faces`,
  };
}

type KeySettings = ReturnType<typeof settingsIn>;

const open = (settings: KeySettings) => openStore(settings, SAMPLE_MODEL);

const andrew = {
  ...sampleTemplate("andrew", 1),
  chip: new TextEncoder().encode("a picture of andrew"),
};

function fill(settings: KeySettings): Promise<void> {
  return withStore(settings, (store) => store.put([andrew]).then(() => {}));
}

async function withStore<T>(
  settings: KeySettings,
  work: (store: Awaited<ReturnType<typeof open>>) => Promise<T>,
): Promise<T> {
  const store = await open(settings);
  try {
    return await work(store);
  } finally {
    await store.close();
  }
}

/** Whether any file of the folder holds these bytes. */
function lies(folder: string, bytes: Uint8Array): boolean {
  return [...Deno.readDirSync(folder)].some(({ name, isFile }) =>
    isFile &&
    Buffer.from(Deno.readFileSync(`${folder}/${name}`)).includes(bytes)
  );
}

Deno.test("the first start with a new database makes a key file for its owner only, says so once, and seals embeddings and chips", () =>
  withTempFolder(async (folder) => {
    const settings = settingsIn(folder);
    const path = `${settings.store}.key`;
    const stores = await Promise.all([1, 2, 3, 4].map(() => open(settings)));
    const notices = stores.map(({ notice }) => notice)
      .filter((notice) => notice !== null);
    assert.match(notices[0]!, /sealed with a new key, .*faces\.db\.key\. Keep/);
    await Promise.all(stores.map((store) => store.close()));
    assert.equal(Deno.statSync(path).mode! & 0o777, 0o600);
    const key = Deno.readTextFileSync(path);
    assert.match(key, /^[0-9a-f]{64}\n$/);
    await fill(settings);
    await withStore(settings, async (store) => {
      assert.equal(store.notice, null);
      assert.deepEqual(await store.chip("andrew", andrew.photo), andrew.chip);
      const { chip: _, ...template } = andrew;
      assert.deepEqual(await store.templates(), [template]);
      assert.equal(lies(folder, Buffer.from(andrew.vector.buffer)), false);
      assert.equal(lies(folder, andrew.chip), false);
    });
    assert.equal(Deno.readTextFileSync(path), key);
  }));

Deno.test("a sealed store whose key file is missing is refused, and no other key is made", () =>
  withTempFolder(async (folder) => {
    const settings = settingsIn(folder);
    const path = `${settings.store}.key`;
    for (const isUsed of [false, true]) {
      if (isUsed) await fill(settings);
      else await (await open(settings)).close();
      await Deno.rename(path, `${folder}/elsewhere`);
      await assert.rejects(
        () => open(settings),
        (error) =>
          error instanceof StoreKeyMissingError && error.exitCode === 66 &&
          error.message.includes(`its key file ${path} is not there`),
      );
      assert.throws(() => Deno.statSync(path), Deno.errors.NotFound);
      await Deno.rename(`${folder}/elsewhere`, path);
    }
    await assert.rejects(
      () => open(settingsIn(folder, NO_KEY)),
      StoreKeyError,
    );
    assert.equal((await withStore(settings, (s) => s.templates())).length, 1);
  }));

Deno.test("a store that is not sealed works on and says how to seal it, unless store_key_file=none says that it stays so", () =>
  withTempFolder(async (folder) => {
    const [settings, unsealed] = [
      settingsIn(folder),
      settingsIn(folder, NO_KEY),
    ];
    await fill(unsealed);
    assert.ok(lies(folder, andrew.chip));
    await withStore(unsealed, (store) => {
      assert.equal(store.notice, null);
      return Promise.resolve();
    });
    await withStore(settings, async (store) => {
      assert.match(store.notice!, /not sealed.*deno task store seal/);
      assert.equal((await store.templates()).length, 1);
    });
    await rotateKey(settings);
    assert.equal(lies(folder, andrew.chip), false);
    await assert.rejects(() => open(unsealed), StoreKeyError);
    assert.equal((await withStore(settings, (s) => s.templates())).length, 1);
  }));

Deno.test("after a removal and a change of keys no copy made before can be read, and no byte of the embedding is left", () =>
  withTempFolder(async (folder) => {
    const settings = settingsIn(folder);
    await fill(settings);
    await withStore(settings, async (store) => {
      await store.put([sampleTemplate("hana", 2)]);
    });
    const old = `${folder}/old.db`;
    const db = new DatabaseSync(settings.store);
    db.exec(`VACUUM INTO '${old}'`);
    const rows = db.prepare(
      "SELECT embedding AS bytes FROM templates UNION ALL SELECT png FROM chips",
    ).all();
    db.close();
    await withStore(settings, (store) => store.remove("andrew"));
    const key = Deno.readTextFileSync(`${settings.store}.key`);
    const { templates } = await rotateKey(settings);
    assert.equal(templates, 1);
    const newKey = Deno.readTextFileSync(`${settings.store}.key`);
    assert.notEqual(newKey, key);
    assert.equal(lies(folder, Buffer.from(key.trim())), false);
    const copied = { ...settings, store: old };
    await assert.rejects(
      () => open({ ...copied, storeKeyFile: `${settings.store}.key` }),
      StoreKeyError,
    );
    await assert.rejects(() => open(copied), StoreKeyMissingError);
    await Deno.remove(old);
    assert.equal(rows.length, 3);
    for (const { bytes } of rows) {
      assert.equal(lies(folder, bytes as Uint8Array), false);
    }
    assert.equal(lies(folder, Buffer.from(andrew.vector.buffer)), false);
    assert.deepEqual(
      [...Deno.readDirSync(folder)].map(({ name }) => name).sort(),
      ["faces.db", "faces.db.key"],
    );
  }));

Deno.test("a change of keys refuses what somebody changed without the key, until its owner accepts it", () =>
  withTempFolder(async (folder) => {
    const settings = settingsIn(folder);
    await fill(settings);
    await withStore(settings, (s) => s.put([sampleTemplate("hana", 2)]));
    const db = new DatabaseSync(settings.store);
    db.exec("DELETE FROM templates WHERE photo = 'photo_2.jpg'");
    db.close();
    await assert.rejects(() => rotateKey(settings), /without its key/);
    await rotateKey(settings, { accept: true });
    await withStore(settings, async (store) => {
      assert.equal((await store.templates()).length, 1);
      assert.equal((await store.audit!.verify()).brokenAt, null);
      await store.put([sampleTemplate("hana", 3)]);
    });
  }));

const missing = postgresMissing();

Deno.test({
  name:
    `a PostgreSQL store's key lies at store_key_file, and a removal vacuums what it took out${
      missing === null ? "" : ` (skipped: ${missing})`
    }`,
  ignore: missing !== null,
  fn: () =>
    withTempFolder(async (folder) => {
      const server = await startPostgres();
      try {
        const settings = {
          ...settingsIn(folder, `${folder}/faces.key`),
          store: server.url,
        };
        const store = await open(settings);
        assert.match(store.notice!, /faces\.key/);
        await store.put([andrew, sampleTemplate("hana", 2)]);
        await store.remove("andrew");
        const { rows } = await runSql(
          server.url,
          "SELECT relname, last_vacuum IS NOT NULL AS vacuumed FROM pg_stat_all_tables WHERE relname IN ('templates', 'chips')",
        );
        assert.deepEqual(rows.map(({ vacuumed }) => vacuumed), [true, true]);
        await store.close();
        await Deno.remove(settings.storeKeyFile);
        await assert.rejects(() => open(settings), StoreKeyMissingError);
      } finally {
        await server.stop();
      }
    }),
});

import assert from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import { StoreDamagedError, StoreKeyError } from "../../lib/errors.ts";
import type { EmbeddingStore } from "../../lib/store/embedding_store.ts";
import { keyOf, openAt } from "./open_at.ts";
import { postgresMissing, runSql, startPostgres } from "./postgres_server.ts";
import { sampleTemplate } from "./sample_templates.ts";
import { withTempFolder } from "./temp_folder.ts";

/** What every file of an older version in tests/store/schemas holds. */
const held = [
  sampleTemplate("andrew", 1),
  sampleTemplate("Zoë", 2),
  sampleTemplate("andrew", 3),
];

/** A migrated store holds what it held, and does everything that a new one does. */
async function worksAsNew(store: EmbeddingStore): Promise<void> {
  assert.deepEqual(await store.templates(), held);
  const [found] = await store.nearestUsers([held[1]!.vector]);
  assert.equal(found![0]!.template.user, "Zoë");
  assert.deepEqual(await store.lookAlikes("ZOË"), ["Zoë"]);
  const { users } = await store.listUsers({
    search: "zo",
    offset: 0,
    limit: 9,
  });
  assert.deepEqual(users.map(({ name }) => name), ["Zoë"]);
  await store.put([sampleTemplate("hana", 4)]);
  assert.equal(await store.remove("andrew"), 2);
  const [left] = await store.nearestUsers([held[0]!.vector]);
  assert.deepEqual(
    left!.map(({ template }) => template.user).sort(),
    ["Zoë", "hana"],
  );
  assert.equal((await store.audit!.verify()).brokenAt, null);
}

const files = [
  "sqlite_1",
  "sqlite_2",
  "sqlite_2_sealed",
  "sqlite_3",
  "sqlite_3_sealed",
  "sqlite_4",
  "sqlite_4_sealed",
];

for (const name of files) {
  Deno.test(`a database of an older version becomes one of this version: ${name}`, () =>
    withTempFolder(async (folder) => {
      const path = `${folder}/faces.db`;
      await Deno.copyFile(`tests/store/schemas/${name}.db`, path);
      const chips = `${path}.chips/Zoë`;
      await Deno.mkdir(chips, { recursive: true });
      const png = Uint8Array.of(137, 80, 78, 71);
      await Deno.writeFile(`${chips}/photo_2.jpg.png`, png);
      const key = name.endsWith("sealed") ? 1 : null;
      if (key !== null) {
        await assert.rejects(() => openAt(path), StoreKeyError);
      }
      const store = await openAt(path, { key });
      assert.deepEqual(await store.chip("Zoë", "photo_2.jpg"), png);
      const left = /_[34]/.test(name) ? 1 : 0;
      assert.equal([...Deno.readDirSync(chips)].length, left);
      await worksAsNew(store);
      await store.close();
    }));
}

Deno.test("a sealed database of schema 4 whose rows somebody changed is told so afterwards too", () =>
  withTempFolder(async (folder) => {
    const path = `${folder}/faces.db`;
    await Deno.copyFile("tests/store/schemas/sqlite_4_sealed.db", path);
    const db = new DatabaseSync(path);
    db.exec("DELETE FROM templates WHERE photo = 'photo_3.jpg'");
    db.close();
    const store = await openAt(path, { key: 1 });
    await assert.rejects(() => store.templates(), StoreDamagedError);
    assert.equal(await store.reseal(keyOf(1), { accept: true }), 2);
    assert.equal((await store.templates()).length, 2);
    await store.close();
  }));

const missing = postgresMissing();

Deno.test({
  name:
    `a PostgreSQL database of an older version becomes one of this version, and a newer one is refused${
      missing === null ? "" : ` (skipped: ${missing})`
    }`,
  ignore: missing !== null,
  async fn() {
    const server = await startPostgres();
    try {
      const names = ["postgres_2", "postgres_2_sealed"];
      names.push("postgres_3", "postgres_3_sealed");
      names.push("postgres_4", "postgres_4_sealed");
      for (const name of names) {
        const sql = Deno.readTextFileSync(`tests/store/schemas/${name}.sql`);
        await runSql(server.url, sql);
        const key = name.endsWith("sealed") ? 1 : null;
        const store = await openAt(server.url, { key });
        await worksAsNew(store);
        await store.close();
        if (name !== names.at(-1)) {
          await runSql(server.url, "DROP SCHEMA face_sign_in CASCADE");
        }
      }
      await runSql(
        server.url,
        "INSERT INTO face_sign_in.migrations VALUES (99)",
      );
      await assert.rejects(
        () => openAt(server.url),
        (error) =>
          error instanceof StoreDamagedError &&
          /newer version/.test(error.message),
      );
    } finally {
      await server.stop();
    }
  },
});

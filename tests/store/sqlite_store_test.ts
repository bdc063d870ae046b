import assert from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import {
  StoreBusyError,
  StoreDamagedError,
  WriteError,
} from "../../lib/errors.ts";
import { openAt } from "./open_at.ts";
import { SAMPLE_MODEL, sampleTemplate } from "./sample_templates.ts";
import { recordCases } from "./record_cases.ts";
import { storeCases, withStore } from "./store_cases.ts";
import { withTempFolder } from "./temp_folder.ts";

for (const { name, run } of storeCases) {
  Deno.test({
    name: `SQLite store: ${name}`,
    fn: () =>
      withTempFolder((folder) =>
        run({
          open: (options) => openAt(`${folder}/faces.db`, options),
        })
      ),
  });
}

for (const { name, run } of recordCases) {
  Deno.test({
    name: `SQLite store's records: ${name}`,
    fn: () =>
      withTempFolder((folder) =>
        run({ open: (options) => openAt(`${folder}/faces.db`, options) })
      ),
  });
}

Deno.test({
  name:
    "the SQLite store's audit log notices lines cut off its end and a line changed",
  fn: () =>
    withTempFolder(async (folder) => {
      const path = `${folder}/faces.db`;
      const store = await openAt(path);
      const audit = store.audit!;
      for (let i = 0; i < 5; i++) await store.put([sampleTemplate("x", i)]);
      const change = (sql: string) => {
        const db = new DatabaseSync(path);
        db.exec(sql);
        db.close();
      };
      change("DELETE FROM audit WHERE n > 3");
      const { brokenAt, reason } = await audit.verify();
      assert.equal(brokenAt, 4);
      assert.match(reason, /2 lines were cut off the end/);
      change(
        "UPDATE audit SET line = replace(line, 'added', 'thrown') WHERE n = 1",
      );
      assert.equal((await audit.verify()).brokenAt, 2);
      await store.close();
    }),
});

Deno.test({
  name:
    "a search after another process's change or sign-in reads what changed, and nothing else again",
  fn: () =>
    withTempFolder(async (folder) => {
      const open = () => openAt(`${folder}/faces.db`);
      const [one, other] = [await open(), await open()];
      const own = sampleTemplate("andrew", 1);
      await one.put([own]);
      await one.nearestUsers([own.vector]);
      // Bytes changed behind the store's back are seen only where all is read again.
      const db = new DatabaseSync(`${folder}/faces.db`);
      db.exec("UPDATE templates SET embedding = zeroblob(32)");
      db.close();
      await other.attempts.begin("andrew");
      await other.audit!.append({ event: "remove", user: "x", templates: 0 });
      const found = async () =>
        (await one.nearestUsers([own.vector]))[0]![0]!.distance;
      assert.equal(await found(), 0);
      const hana = sampleTemplate("hana", 2);
      await other.put([hana]);
      assert.equal(await found(), 0);
      const nearest = async () =>
        (await one.nearestUsers([hana.vector]))[0]![0]!.template.user;
      assert.equal(await nearest(), "hana");
      await other.remove("hana");
      assert.equal(await nearest(), "andrew");
      await one.close();
      await other.close();
    }),
});

Deno.test({
  name: "the SQLite store's files are for their owner's eyes only",
  fn: () =>
    withTempFolder(async (folder) => {
      const place = {
        open: () => openAt(`${folder}/faces.db`),
      };
      await withStore(place, async (store) => {
        await store.put([sampleTemplate("andrew", 1)]);
        for (const { name } of Deno.readDirSync(folder)) {
          assert.equal(
            Deno.statSync(`${folder}/${name}`).mode! & 0o777,
            0o600,
            name,
          );
        }
      });
    }),
});

Deno.test({
  name:
    "a sealed SQLite store names a record that was edited or swapped with another user's",
  fn: () =>
    withTempFolder(async (folder) => {
      const photo = (i: number) => `photo = 'photo_${i}.jpg'`;
      const tamperings: [sql: string, user: string, named: RegExp][] = [
        [
          `UPDATE templates SET embedding = (SELECT embedding FROM templates t
          WHERE t.${photo(2)}) WHERE ${photo(1)}`,
          "andrew",
          /photo_1\.jpg \(andrew\)/,
        ],
        [
          `UPDATE users SET name = 'x' WHERE name = 'andrew';
          UPDATE users SET name = 'andrew' WHERE name = 'hana'; UPDATE users SET name = 'hana' WHERE name = 'x'`,
          "andrew",
          /photo_2\.jpg \(andrew\)/,
        ],
        [
          `UPDATE templates SET embedding = CAST(substr(embedding, 1, 30) || x'00' || substr(embedding, 32) AS BLOB)
          WHERE ${photo(2)}`,
          "hana",
          /photo_2\.jpg \(hana\)/,
        ],
        [
          `UPDATE templates SET created_at = '2020-01-01T00:00:00.000Z' WHERE ${
            photo(1)
          }`,
          "andrew",
          /photo_1\.jpg \(andrew\)/,
        ],
      ];
      for (const [i, [sql, user, named]] of tamperings.entries()) {
        const path = `${folder}/${i}.db`;
        const store = await openAt(path, { key: 1 });
        await store.put([
          sampleTemplate("andrew", 1),
          sampleTemplate("hana", 2),
        ]);
        const db = new DatabaseSync(path);
        db.exec(sql);
        db.close();
        await assert.rejects(
          () => store.templates(user),
          (error) =>
            error instanceof StoreDamagedError && named.test(error.message),
        );
        await store.close();
      }
    }),
});

Deno.test({
  name:
    "a SQLite store refuses what is no database, another program's, or a newer program's",
  fn: () =>
    withTempFolder(async (folder) => {
      const path = `${folder}/faces.db`;
      const text = "this is a letter, not a database; ".repeat(40);
      Deno.writeTextFileSync(path, text);
      await assert.rejects(
        () => openAt(path),
        StoreDamagedError,
      );
      assert.equal(Deno.readTextFileSync(path), text);
      for (const sql of ["CREATE TABLE t (a)", "PRAGMA user_version = 99"]) {
        const other = `${folder}/${sql.length}.db`;
        const db = new DatabaseSync(other);
        db.exec(sql);
        db.close();
        await assert.rejects(
          () => openAt(other),
          StoreDamagedError,
        );
      }
      await assert.rejects(
        () => openAt(`${folder}/nowhere/faces.db`),
        (error) =>
          error instanceof WriteError &&
          /folder does not exist/.test(error.message),
      );
    }),
});

Deno.test({
  name:
    "without write permission the SQLite store is read, and a missing one is empty",
  permissions: { read: true, write: false },
  async fn() {
    const store = await openAt("/tmp/face-sign-in-nowhere.db");
    assert.deepEqual(await store.users(), []);
    await assert.rejects(
      () => store.put([sampleTemplate("andrew", 1)]),
      (error) =>
        error instanceof WriteError && /may only be read/.test(error.message),
    );
    await store.close();
  },
});

Deno.test({
  name:
    "a SQLite store that another process holds locked is told as busy, and meanwhile the program goes on",
  fn: () =>
    withTempFolder(async (folder) => {
      const path = `${folder}/faces.db`;
      const store = await openAt(path);
      await store.put([sampleTemplate("andrew", 1)]);
      const holder = new DatabaseSync(path);
      holder.exec("BEGIN IMMEDIATE");
      let ticks = 0;
      const ticking = setInterval(() => ticks++, 10);
      await assert.rejects(
        () => store.put([sampleTemplate("hana", 2)]),
        StoreBusyError,
      );
      clearInterval(ticking);
      assert.ok(ticks > 20, `${ticks} ticks while it waited`);
      assert.deepEqual(await store.users(), ["andrew"]);
      holder.exec("ROLLBACK");
      holder.close();
      assert.deepEqual(await store.put([sampleTemplate("hana", 2)]), ["added"]);
      await store.close();
    }),
});

Deno.test({
  name:
    "a SQLite file that others may read is closed to them when it is opened",
  fn: () =>
    withTempFolder(async (folder) => {
      const path = `${folder}/faces.db`;
      await (await openAt(path)).close();
      Deno.chmodSync(path, 0o644);
      await (await openAt(path)).close();
      assert.equal(Deno.statSync(path).mode! & 0o777, 0o600);
    }),
});

Deno.test("the log that SQLite writes ahead is small again after a large change", () =>
  withTempFolder(async (folder) => {
    const path = `${folder}/faces.db`;
    const bytes = () => Deno.statSync(`${path}-wal`).size;
    const store = await openAt(path);
    const chip = new Uint8Array(200_000);
    const many = Array.from(
      { length: 50 },
      (_, i) => ({ ...sampleTemplate("andrew", i), chip }),
    );
    await store.put(many);
    const largest = bytes();
    await store.put([sampleTemplate("hana", 1)]);
    await store.put([sampleTemplate("hana", 2)]);
    assert.ok(bytes() < largest / 10, `${largest} bytes, then ${bytes()}`);
    await store.close();
  }));

Deno.test("a search that is still being prepared is told as busy with how much is loaded, and goes on loading; many names come whole and in order", () =>
  withTempFolder(async (folder) => {
    const path = `${folder}/faces.db`;
    const filling = await openAt(path);
    const users = Array.from(
      { length: 20_000 },
      (_, i) => sampleTemplate(`user_${i}`, i),
    );
    await filling.put(users);
    await filling.close();
    // A recognizer is given as the model, too, and has functions.
    const model = { ...SAMPLE_MODEL, embed: () => {} };
    const store = await openAt(path, { model });
    assert.equal(await store.searchLoaded(), 0);
    await assert.rejects(
      () => store.prepareSearch(0),
      (error) =>
        error instanceof StoreBusyError &&
        /being loaded to be searched, \d+ % so far/.test(error.message),
    );
    await store.prepareSearch();
    assert.equal(await store.searchLoaded(), 1);
    assert.deepEqual(
      await store.users(),
      users.map(({ user }) => user).sort(),
    );
    const [found] = await store.nearestUsers([users[7]!.vector]);
    assert.equal(found![0]!.template.user, "user_7");
    await store.close();
  }));

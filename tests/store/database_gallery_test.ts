import assert from "node:assert/strict";
import { StoreBusyError } from "../../lib/errors.ts";
import { DatabaseGallery } from "../../lib/store/database/database_gallery.ts";
import type { SqlDatabase } from "../../lib/store/database/sql_database.ts";
import { openSqlite } from "../../lib/store/sqlite/sqlite_database.ts";
import { openAt } from "./open_at.ts";
import { SAMPLE_MODEL, sampleTemplate } from "./sample_templates.ts";
import { withTempFolder } from "./temp_folder.ts";

/** Searches for andrew while the nearest row found is removed, as many times as told, before it is read. */
function search(removals: number) {
  return withTempFolder(async (folder) => {
    const path = `${folder}/faces.db`;
    const store = await openAt(path);
    const users = Array.from({ length: 8 }, (_, i) => `user_${i}`);
    const { vector } = sampleTemplate("andrew", 1);
    const others = users.map((user, i) => {
      const near = vector.map((value) => value + (i + 1) * 1e-3);
      return sampleTemplate(user, i, { vector: near });
    });
    await store.put(others);
    const real = await openSqlite(path);
    let removed = 0;
    const database: SqlDatabase = Object.assign(Object.create(real), {
      run: async (sql: string, values?: readonly []) => {
        const isRead = /WHERE t\.id = /.test(sql);
        // Best and runner-up are read at once; what goes is the best.
        if (isRead && removed < removals) await store.remove(users[removed++]!);
        return await real.run(sql, values);
      },
    });
    const format = { model: SAMPLE_MODEL, key: null };
    const gallery = new DatabaseGallery(database, () => format);
    try {
      const [found] = await gallery.nearestUsers([vector]);
      return found!.map(({ template }) => template.user);
    } finally {
      gallery.close();
      await real.close();
      await store.close();
    }
  });
}

Deno.test("a search that loses its best row to a removal is made again", async () => {
  assert.deepEqual(await search(0), ["user_0", "user_1"]);
  assert.deepEqual(await search(1), ["user_1", "user_2"]);
});

Deno.test("a search that loses it each time is told as busy", async () => {
  await assert.rejects(() => search(Infinity), StoreBusyError);
});

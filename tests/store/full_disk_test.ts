import assert from "node:assert/strict";
import { WriteError } from "../../lib/errors.ts";
import type { Template } from "../../lib/match/gallery.ts";
import { openAt } from "./open_at.ts";
import {
  postgresMissing,
  runSql,
  startPostgres,
  type TestServer,
} from "./postgres_server.ts";
import { sampleTemplate } from "./sample_templates.ts";
import { cannotMount } from "./small_disk.ts";
import { withTempFolder } from "./temp_folder.ts";

const noMounts = await cannotMount("--map-root-user");

for (const [ending, size] of [["json", "100k"], ["db", "2m"]]) {
  Deno.test({
    name:
      `a full disk is reported by the .${ending} store and leaves the old state${
        noMounts ? " (skipped: unshare may not mount here)" : ""
      }`,
    ignore: noMounts,
    fn: () =>
      withTempFolder(async (folder) => {
        const script =
          `mount -t tmpfs -o size=${size} none ${folder} && echo '["fill","${folder}/full.${ending}",""]' | ` +
          `exec ${Deno.execPath()} run -A --no-check tests/store/store_process.ts`;
        const { stdout, success } = await new Deno.Command("unshare", {
          args: ["--map-root-user", "--mount", "sh", "-c", script],
          stderr: "inherit",
        }).output();
        assert.ok(success);
        const [message, state] = new TextDecoder().decode(stdout).trim().split(
          "\n",
        );
        assert.match(
          message!,
          /the disk is full; free some space and run it again/,
        );
        const { count, held } = JSON.parse(state!);
        assert.ok(count > 50);
        assert.deepEqual(
          held,
          Array.from({ length: count }, (_, i) => `photo_${i}.jpg`),
        );
      }),
  });
}

const notHere = postgresMissing() ??
  (Deno.uid() !== 0 || await cannotMount()
    ? "only root may mount for the server"
    : null);

Deno.test({
  name:
    `a full disk is reported by the PostgreSQL 15 store and leaves the old state${
      notHere === null ? "" : ` (skipped: ${notHere})`
    }`,
  ignore: notHere !== null,
  async fn() {
    const server = await startPostgres({ smallDisk: "2m" });
    const store = await openAt(server.url);
    try {
      await moveToSmallDisk(server);
      const kept: Template[] = [];
      const put = async () => {
        while (kept.length < 50_000) {
          const batch = Array.from(
            { length: 100 },
            (_, i) => sampleTemplate("andrew", kept.length + i),
          );
          await store.put(batch);
          kept.push(...batch);
        }
      };
      await assert.rejects(put, (error) => {
        assert.ok(error instanceof WriteError);
        assert.match(
          error.message,
          /^the database at 127\.0\.0\.1:\d+ cannot be written: its disk is full; free some space and run it again$/,
        );
        return true;
      });
      assert.ok(kept.length > 500);
      assert.deepEqual(await store.templates(), kept);
      const { entries, brokenAt } = await store.audit!.verify();
      assert.deepEqual([entries, brokenAt], [kept.length / 100, null]);
      assert.equal(await store.remove("andrew"), kept.length);
    } finally {
      await store.close();
      await server.stop();
    }
  },
});

async function moveToSmallDisk(
  { url, smallDisk }: TestServer,
): Promise<void> {
  await runSql(url, `CREATE TABLESPACE small LOCATION '${smallDisk}'`);
  await runSql(url, "ALTER TABLE face_sign_in.templates SET TABLESPACE small");
}

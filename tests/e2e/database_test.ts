import assert from "node:assert/strict";
import { freshFolder, runDenoTask } from "./task.ts";
import {
  postgresMissing,
  runSql,
  startPostgres,
} from "../store/postgres_server.ts";

const missing = postgresMissing();
const skipped = missing === null ? "" : ` (skipped: ${missing})`;

/** A copy of the project whose tasks may reach databases on this computer. */
async function folderWithNet(): Promise<string> {
  const folder = await freshFolder();
  const path = `${folder}/deno.json`;
  const config = JSON.parse(Deno.readTextFileSync(path));
  config.permissions.faces.net = ["127.0.0.1"];
  Deno.removeSync(path);
  Deno.writeTextFileSync(path, JSON.stringify(config));
  return folder;
}

Deno.test({
  name:
    `tasks work with a database on a server, and no word of theirs tells its password${skipped}`,
  ignore: missing !== null,
  async fn() {
    const server = await startPostgres();
    const folder = await folderWithNet();
    const store = server.url.replace("tester@", "tester:hunter2@");
    const run = async (line: string, code: number, env = { store }) => {
      const [task, ...args] = line.split(" ");
      const done = await runDenoTask(folder, task!, args, env);
      const words = done.out + done.err;
      assert.equal(done.code, code, words);
      assert.ok(!words.includes("hunter2"), words);
      assert.doesNotMatch(words, /\n\s+at /, "no stack trace");
      return words;
    };
    try {
      assert.match(
        await run("store prepare", 0),
        /the database at 127\.0\.0\.1:\d+ is ready[^]*GRANT SELECT, INSERT, UPDATE, DELETE/,
      );
      assert.match(await run("verify", 0), /Accepted: this is andrew/);
      assert.match(await run("users list", 0), /andrew {2}5 photos/);
      assert.match(await run("audit verify", 0), /the database at .* whole/);
      await runSql(server.url, "CREATE ROLE stranger LOGIN");
      const stranger = { store: store.replace("tester:", "stranger:") };
      await run("verify", 69, stranger);
      const noDatabase = { store: store.replace(/postgres$/, "nowhere") };
      await run("verify", 69, noDatabase);
      await run("serve", 69, noDatabase);
    } finally {
      await server.stop();
      await Deno.remove(folder, { recursive: true });
    }
    const gone = { store: "postgres://me:hunter2@192.0.2.1/db" };
    const other = await freshFolder();
    const done = await runDenoTask(other, "verify", [], gone);
    assert.match(done.err, /may not be asked: add "net"/);
    assert.ok(!done.err.includes("hunter2"));
    await Deno.remove(other, { recursive: true });
  },
});

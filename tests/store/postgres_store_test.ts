import assert from "node:assert/strict";
import { StoreUnreachableError } from "../../lib/errors.ts";
import { openAt, type OpenOptions } from "./open_at.ts";
import { postgresMissing, runSql, startPostgres } from "./postgres_server.ts";
import { recordCases } from "./record_cases.ts";
import { storeCases } from "./store_cases.ts";

async function forget(url: string): Promise<void> {
  await runSql(url, "DROP SCHEMA IF EXISTS face_sign_in CASCADE");
}

const missing = postgresMissing();

Deno.test({
  name: `PostgreSQL 15 store${
    missing === null ? "" : ` (skipped: ${missing})`
  }`,
  ignore: missing !== null,
  async fn(t) {
    const server = await startPostgres();
    const open = (options?: OpenOptions) => openAt(server.url, options);
    try {
      for (const { name, run } of [...storeCases, ...recordCases]) {
        await forget(server.url);
        await t.step(name, () => run({ open }));
      }
    } finally {
      await server.stop();
    }
  },
});

Deno.test({
  name: "a PostgreSQL store says that nobody answers, without the password",
  async fn() {
    const { port } = (() => {
      using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
      return listener.addr;
    })();
    await assert.rejects(
      () => openAt(`postgres://me:hunter2@127.0.0.1:${port}/db`),
      (error) =>
        error instanceof StoreUnreachableError &&
        /does not answer/.test(error.message) &&
        !error.message.includes("hunter2"),
    );
  },
});

import assert from "node:assert/strict";
import { PGlite } from "npm:@electric-sql/pglite@0.5.16";
import { vector } from "npm:@electric-sql/pglite-pgvector@0.0.15";
import { PGLiteSocketServer } from "npm:@electric-sql/pglite-socket@0.2.17";
import postgres from "postgres";
import { StoreUnreachableError } from "../../lib/errors.ts";
import type { PostgresStore } from "../../lib/store/postgres/postgres_store.ts";
import { openAt, type OpenOptions } from "./open_at.ts";
import {
  postgresMissing,
  startPostgres,
  type TestServer,
} from "./postgres_server.ts";
import { recordCases } from "./record_cases.ts";
import { sampleTemplate } from "./sample_templates.ts";
import { storeCases } from "./store_cases.ts";

/** PGlite with pgvector, served over PostgreSQL's wire protocol. */
async function startPglite(): Promise<TestServer> {
  const db = await PGlite.create({ extensions: { vector } });
  const server = new PGLiteSocketServer({
    db,
    host: "127.0.0.1",
    port: 0,
    maxConnections: 20,
  });
  await server.start();
  const address = server.getServerConn();
  return {
    url: `postgres://postgres@${address}/postgres?max=1`,
    async stop() {
      await server.stop();
      await db.close();
    },
  };
}

async function forget(url: string): Promise<void> {
  const sql = postgres(url, { max: 1, onnotice: () => {} });
  await sql`DROP SCHEMA IF EXISTS face_sign_in CASCADE`;
  await sql.end();
}

const missing = postgresMissing();
const servers = [
  {
    name: "PostgreSQL 15",
    start: startPostgres,
    serverSearches: false,
    missing,
  },
  {
    name: "PGlite with pgvector",
    start: startPglite,
    serverSearches: true,
    missing: null,
  },
];

for (const { name, start, serverSearches, missing } of servers) {
  Deno.test({
    name: `${name} store${missing === null ? "" : ` (skipped: ${missing})`}`,
    ignore: missing !== null,
    async fn(t) {
      const server = await start();
      const open = (options?: OpenOptions) => openAt(server.url, options);
      try {
        await t.step(
          `${serverSearches ? "the server searches" : "this process searches"}`,
          async () => {
            const store = await open() as PostgresStore;
            assert.equal(store.serverSearches, serverSearches);
            await store.close();
          },
        );
        for (const { name, run } of storeCases) {
          await forget(server.url);
          await t.step(name, () => run({ open }));
        }
        for (const { name, run } of recordCases) {
          await forget(server.url);
          await t.step(
            `records: ${name}`,
            () => run({ open }),
          );
        }
        await t.step(
          "sealed templates are found by a search that sees neither them nor the probe",
          async () => {
            await forget(server.url);
            const store = await open({ key: 1 });
            const all = Array.from(
              { length: 50 },
              (_, i) => sampleTemplate(`user_${i % 9}`, i),
            );
            await store.put(all);
            const matches = await store.nearestUsers(
              all.map(({ vector }) => vector),
            );
            for (const [i, [best]] of matches.entries()) {
              assert.deepEqual(best!.template, all[i]);
              assert.equal(best!.distance, 0);
            }
            await store.close();
            const sql = postgres(server.url, { max: 1 });
            const rows = await sql`SELECT * FROM face_sign_in.templates`;
            await sql.end();
            for (const [i, row] of rows.entries()) {
              assert.equal(row.sealed, true);
              if (serverSearches) {
                assert.notDeepEqual(JSON.parse(row.search), [
                  ...all[i]!.vector,
                ]);
              }
            }
          },
        );
      } finally {
        await server.stop();
      }
    },
  });
}

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

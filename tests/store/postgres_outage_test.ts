import assert from "node:assert/strict";
import pg from "pg";
import {
  type FaceSignInError,
  StoreBusyError,
  StoreUnreachableError,
} from "../../lib/errors.ts";
import type { EmbeddingStore } from "../../lib/store/embedding_store.ts";
import { openAt } from "./open_at.ts";
import {
  postgresMissing,
  runSql,
  startPostgres,
  type TestServer,
} from "./postgres_server.ts";
import { SAMPLE_MODEL, sampleTemplate } from "./sample_templates.ts";

/** How often the server is restarted under load; RESTARTS=20 for a thorough run. */
const RESTARTS = Number(Deno.env.get("RESTARTS") ?? 4);
const missing = postgresMissing();

function test(
  name: string,
  run: (server: TestServer) => Promise<void>,
  settings: readonly string[] = [],
): void {
  Deno.test({
    name: `${name}${missing === null ? "" : ` (skipped: ${missing})`}`,
    ignore: missing !== null,
    async fn() {
      const server = await startPostgres({ settings });
      try {
        await run(server);
      } finally {
        await server.stop();
      }
    },
  });
}

const withPassword = (url: string, user = "tester") =>
  url.replace("tester@", `${user}:hunter2@`);

/** Whether an error is one that a caller is told to try again after, and tells no password. */
function isOutage(error: unknown): error is FaceSignInError {
  assert.ok(!Deno.inspect(error).includes("hunter2"));
  return error instanceof StoreUnreachableError ||
    error instanceof StoreBusyError;
}

/** Registers one photo after the other until it is told to end; what was acknowledged, and what was refused. */
async function load(
  store: EmbeddingStore,
  user: string,
  isOver: () => boolean,
) {
  const acknowledged: string[] = [];
  let refused = 0;
  for (let i = 0; !isOver(); i++) {
    const template = sampleTemplate(user, i);
    try {
      await store.put([template]);
      acknowledged.push(template.photo);
      await store.users();
      await store.attempts.begin({ client: user });
      await store.attempts.succeeded({ client: user });
      await store.nearestUsers([template.vector]);
    } catch (error) {
      if (!isOutage(error)) throw error;
      refused++;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }
  return { acknowledged, refused };
}

test(`a store outlives ${RESTARTS} restarts of PostgreSQL under load and as many ended connections: every acknowledged change is there`, async (server) => {
  const store = await openAt(withPassword(server.url));
  let isOver = false;
  const users = ["andrew", "hana", "zoe"];
  const loads = users.map((user) => load(store, user, () => isOver));
  for (let restart = 0; restart < RESTARTS; restart++) {
    await server.restart();
    await runSql(
      server.url,
      "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'face-sign-in'",
    );
    // Work resumes before the next one: somebody is registered again.
    const before = (await store.templates()).length;
    while ((await store.templates()).length === before) {
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }
  isOver = true;
  let refused = 0;
  for (
    const [i, { acknowledged, ...load }] of (await Promise.all(loads)).entries()
  ) {
    refused += load.refused;
    const held = (await store.templates(users[i]!)).map(({ photo }) => photo);
    assert.deepEqual(acknowledged.filter((photo) => !held.includes(photo)), []);
  }
  assert.ok(refused > 0, "the restarts were noticed");
  const { brokenAt } = await store.audit!.verify();
  assert.equal(brokenAt, null);
  await store.close();
});

test("what is loaded for searching outlasts a database that does not answer, and learns what changed meanwhile", async (server) => {
  const store = await openAt(server.url);
  const [andrew, hana] = [
    sampleTemplate("andrew", 1),
    sampleTemplate("hana", 2),
  ];
  await store.put([andrew]);
  await store.prepareSearch();
  const away = "ALTER TABLE face_sign_in.state RENAME TO";
  await runSql(server.url, `${away} away`);
  await assert.rejects(() => store.nearestUsers([andrew.vector]));
  assert.equal(await store.searchLoaded(), 1);
  await runSql(server.url, away.replace("state", "away") + " state");
  await store.put([hana]);
  const [found] = await store.nearestUsers([hana.vector]);
  assert.equal(found![0]!.template.user, "hana");
  await store.close();
});

test("ten writers that wait for somebody's lock hold up no sign-in", async (server) => {
  const store = await openAt(server.url);
  await store.put([sampleTemplate("andrew", 1)]);
  const holder = new pg.Client({ connectionString: server.url });
  await holder.connect();
  await holder.query(
    "BEGIN; UPDATE face_sign_in.state SET revision = revision",
  );
  let written = 0;
  const writers = Array.from({ length: 10 }, async (_, i) => {
    await store.put([sampleTemplate(`user_${i}`, i)]);
    written++;
  });
  await store.users();
  await store.attempts.begin("andrew");
  await store.audit!.append({ event: "remove", user: "x", templates: 0 });
  await store.nearestUsers([sampleTemplate("andrew", 1).vector]);
  assert.equal(written, 0);
  await holder.query("COMMIT");
  await Promise.all(writers);
  await holder.end();
  await store.close();
});

test("a lock that is never let go is told as a busy store", async (server) => {
  const store = await openAt(server.url);
  const holder = new pg.Client({ connectionString: server.url });
  await holder.connect();
  await holder.query(
    "BEGIN; UPDATE face_sign_in.state SET revision = revision",
  );
  await assert.rejects(
    () => store.put([sampleTemplate("andrew", 1)]),
    StoreBusyError,
  );
  await holder.end();
  assert.deepEqual(await store.put([sampleTemplate("andrew", 1)]), ["added"]);
  await store.close();
});

Deno.test("a server that takes the connection and says nothing is told as unreachable", async () => {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const taken: Deno.Conn[] = [];
  const taking = (async () => {
    for await (const connection of listener) taken.push(connection);
  })();
  const url = `postgres://me:hunter2@127.0.0.1:${listener.addr.port}/db`;
  for (const mode of ["prefer", "disable"]) {
    await assert.rejects(
      () => openAt(`${url}?sslmode=${mode}`),
      (error) => isOutage(error) && /does not answer/.test(error.message),
    );
  }
  for (const connection of taken) connection.close();
  listener.close();
  await taking;
});

test("a role without rights is told so, and one that may only read and write rows runs everything", async (server) => {
  await runSql(server.url, "CREATE ROLE plain LOGIN PASSWORD 'hunter2'");
  const asPlain = withPassword(server.url, "plain");
  await assert.rejects(
    () => openAt(asPlain),
    (error) => isOutage(error) && /deno task store prepare/.test(error.message),
  );
  await (await openAt(server.url)).close();
  await assert.rejects(() => openAt(asPlain), StoreUnreachableError);
  await runSql(
    server.url,
    "GRANT USAGE ON SCHEMA face_sign_in TO plain; GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA face_sign_in TO plain",
  );
  const store = await openAt(asPlain);
  const chip = Uint8Array.of(1);
  await store.put([{ ...sampleTemplate("andrew", 1), chip }]);
  await store.attempts.begin("andrew");
  await store.rename("andrew", "hana");
  await store.remove("hana");
  assert.equal((await Array.fromAsync(store.audit!.entries())).length, 3);
  await store.close();
});

test("names that no index takes are refused in words", async (server) => {
  const store = await openAt(server.url);
  for (const user of ["x".repeat(300), "a\0b", ""]) {
    await assert.rejects(
      () => store.put([sampleTemplate(user, 1)]),
      (error) =>
        error instanceof Error && /a name of \d+ char/.test(error.message),
    );
  }
  assert.equal(store.model, SAMPLE_MODEL);
  await store.close();
});

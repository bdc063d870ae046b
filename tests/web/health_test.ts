import assert from "node:assert/strict";
import { cannotMount } from "../store/small_disk.ts";
import { ApiClient, type Refused } from "./api_client.ts";
import { startTestServer } from "./running_server.ts";

Deno.test("the metrics are for the administrator and whoever knows the token, and for nobody else", async () => {
  const server = await startTestServer({}, { metrics_token: "secret" });
  try {
    const client = await new ApiClient(server.url).begin();
    const ask = async (authorization: string) =>
      (await client.send("GET", "metrics", undefined, { authorization }))
        .status;
    assert.equal(await ask("Bearer secret"), 200);
    for (const wrong of ["", "Bearer", "Bearer secre", "secret"]) {
      assert.equal(await ask(wrong), 401, wrong);
    }
    await client.post("api/admin/sign-in", { password: server.madePassword });
    assert.equal(await ask(""), 200);
  } finally {
    await server.stop();
  }
});

Deno.test("without a token no program reads the metrics", async () => {
  const server = await startTestServer();
  try {
    const client = await new ApiClient(server.url).begin();
    const { status } = await client.send("GET", "metrics", undefined, {
      authorization: "Bearer ",
    });
    assert.equal(status, 401);
  } finally {
    await server.stop();
  }
});

Deno.test("health tells of a store that is damaged under the server", async () => {
  const server = await startTestServer({}, {
    store: `${await Deno.makeTempDir()}/embeddings.json`,
  });
  try {
    const client = new ApiClient(server.url);
    assert.equal((await client.get("health")).status, 200);
    Deno.writeTextFileSync(server.settings.store, "{ not a store");
    const { status, body } = await client.get<Refused>("health");
    assert.deepEqual([status, body.error.kind], [500, "unforeseen"]);
  } finally {
    await server.stop();
  }
});

Deno.test("health tells how much of the users a search has loaded", async () => {
  const server = await startTestServer();
  try {
    const client = new ApiClient(server.url);
    let searchLoaded = 0;
    while (searchLoaded < 1) {
      const { status, body } = await client.get<{ searchLoaded: number }>(
        "health",
      );
      assert.equal(status, 200);
      ({ searchLoaded } = body);
    }
  } finally {
    await server.stop();
  }
});

const noMounts = await cannotMount("--map-root-user");

for (const [ending, size] of [["json", "120k"], ["db", "4m"]]) {
  Deno.test({
    name:
      `a disk that fills up under a server with a .${ending} store is 507 with the tasks' sentence until there is room, and a read-only one keeps a server from starting${
        noMounts ? " (skipped: unshare may not mount here)" : ""
      }`,
    ignore: noMounts,
    async fn() {
      const folder = await Deno.makeTempDir();
      const script =
        `mount -t tmpfs -o size=${size} none ${folder} && exec ${Deno.execPath()} run -A --no-check tests/web/full_disk_process.ts ${folder} ${ending}`;
      const { stdout, success } = await new Deno.Command("unshare", {
        args: ["--map-root-user", "--mount", "sh", "-c", script],
        stderr: "inherit",
      }).output();
      await Deno.remove(folder);
      assert.ok(success);
      const told = JSON.parse(new TextDecoder().decode(stdout));
      const { full, fullHealth, readOnlyStart, ...rest } = told;
      const well = [200, null, null];
      assert.deepEqual(rest, {
        before: well,
        first: [200],
        page: 200,
        freed: [200],
        after: well,
      });
      const [kind, message] = full;
      assert.equal(kind, "write");
      assert.match(
        message,
        /cannot be written: the disk is full; free some space and run it again\.$/,
      );
      assert.deepEqual(fullHealth, [507, kind, message]);
      assert.equal(readOnlyStart[0], "write");
      assert.match(readOnlyStart[1], /the disk is read-only; choose another/);
    },
  });
}

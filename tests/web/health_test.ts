import assert from "node:assert/strict";
import { Hono } from "hono";
import { WriteError } from "../../lib/errors.ts";
import { answerError } from "../../lib/web/problems.ts";
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
    const { status } = await client.get<Refused>("health");
    assert.ok(status >= 500, String(status));
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

Deno.test("a full or read-only disk is 507, with the sentence that the tasks say", async () => {
  const app = new Hono();
  app.onError(answerError);
  app.get("/", () => {
    throw new WriteError("faces.db cannot be written: the disk is full", {
      reason: "full",
    });
  });
  const response = await app.request("/");
  assert.equal(response.status, 507);
  const { error } = await response.json();
  assert.equal(error.message, "Faces.db cannot be written: the disk is full.");
});

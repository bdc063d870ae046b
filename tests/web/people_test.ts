import assert from "node:assert/strict";
import type { Shape } from "../../lib/web/schemas.ts";
import { closedToOthers, described, password } from "./admin_steps.ts";
import { ApiClient, type Refused } from "./api_client.ts";
import { registerFromFiles } from "./flows.ts";
import { openStore } from "../../lib/store/open_store.ts";
import { AdminPassword } from "../../lib/web/admin_password.ts";
import { keptChips } from "./kept_chips.ts";
import { startTestServer, type TestServer } from "./running_server.ts";

type Details = Shape<"user">;
type List = Shape<"users">;
type Uploaded = Shape<"upload">;

const photo = (path: string) =>
  [path.split("/").pop()!, Deno.readFileSync(path)] as const;

Deno.test({
  name:
    "the administrator alone sees, adds to, renames, exports and removes people, and what is removed is gone",
  async fn(t) {
    const server = await startTestServer();
    try {
      const client = await new ApiClient(server.url).begin();
      await registerFromFiles(client, "andrew", [
        "registration_photos/andrew_01.jpg",
      ]);
      await registerFromFiles(client, "beatriz", [
        "registration_photos/beatriz/beatriz_01.jpg",
      ]);
      await described(t, client);
      await closedToOthers(t, client);
      await password(t, server, client);
      await people(t, server, client);
    } finally {
      await server.stop();
    }
  },
});

async function people(
  t: Deno.TestContext,
  { settings }: TestServer,
  client: ApiClient,
) {
  const chips = (user: string) => keptChips({ settings }, user);
  const list = async () =>
    (await client.get<List>("api/users")).body.users.map((
      { name, templates },
    ) => `${name} ${templates}`);

  await t.step("photos are added, each judged for itself", async () => {
    assert.deepEqual(await list(), ["andrew 1", "beatriz 1"]);
    const { body } = await client.postPhotos<Uploaded>(
      "api/users/andrew/photos",
      [
        photo("registration_photos/andrew_03.jpg"),
        photo("deno.json"),
        photo("registration_photos/beatriz/beatriz_02.jpg"),
      ],
    );
    assert.deepEqual(body.results.map(({ taken }) => taken), [
      true,
      false,
      false,
    ]);
    assert.match(
      body.results[2]!.advice,
      /shows beatriz's face, which is registered already/,
    );
    assert.deepEqual(await list(), ["andrew 2", "beatriz 1"]);
  });

  await t.step("chips are shown, and only those that are there", async () => {
    const { body } = await client.get<Details>("api/users/andrew");
    for (const { chip } of body.photos) {
      const { status, headers } = await client.get(chip!.slice(1));
      assert.equal(status, 200);
      assert.equal(headers.get("content-type"), "image/png");
      assert.equal(headers.get("cache-control"), "no-store");
    }
    for (
      const other of [
        "nothing",
        "..%2Fbeatriz%2Fbeatriz_01.jpg",
        "%2e%2e%2f%2e%2e%2fadmin",
        "%00",
      ]
    ) {
      const { status } = await client.get(`api/users/andrew/chips/${other}`);
      assert.equal(status, 404, other);
    }
    assert.equal(
      (await client.get(`api/users/..%2Fchips%2Fandrew/chips/andrew_01.jpg`))
        .status,
      404,
    );
  });

  await t.step(
    "a user is renamed with chips, but to no name that is taken or none",
    async () => {
      const rename = (from: string, name: string) =>
        client.send<Refused>(
          "PATCH",
          `api/users/${encodeURIComponent(from)}`,
          JSON.stringify({ name }),
          { "content-type": "application/json" },
        );
      assert.match(
        (await rename("andrew", "beatriz")).body.error.message,
        /^Beatriz is registered already; choose another name/,
      );
      assert.equal((await rename("andrew", "../x")).status, 400);
      assert.equal((await rename("nobody", "somebody")).status, 404);
      assert.equal((await rename("andrew", " Ándrew O'Neil ")).status, 200);
      assert.deepEqual((await list()).sort(), ["beatriz 1", "Ándrew O'Neil 2"]);
      assert.equal((await chips("andrew")).length, 0);
      assert.equal((await chips("Ándrew O'Neil")).length, 2);
    },
  );

  await t.step(
    "an export holds templates, chips and what the log says, and no path of the server",
    async () => {
      const name = encodeURIComponent("Ándrew O'Neil");
      const { body, headers } = await client.get<
        {
          user: string;
          templates: { embedding: number[] }[];
          chips: string[];
          audit: unknown[];
        }
      >(`api/users/${name}/export`);
      assert.match(
        headers.get("content-disposition")!,
        /^attachment; filename\*=UTF-8''%C3%81ndrew/,
      );
      assert.equal(body.templates.length, 2);
      assert.equal(body.templates[0]!.embedding.length, 128);
      assert.equal(body.chips.length, 2);
      assert.ok(body.audit.length > 0);
    },
  );

  await t.step("removing removes templates and chips", async () => {
    const path = `api/users/${encodeURIComponent("Ándrew O'Neil")}`;
    const { body } = await client.send<object>("DELETE", path);
    assert.partialDeepStrictEqual(body, {
      user: "Ándrew O'Neil",
      templates: 2,
    });
    assert.deepEqual(await list(), ["beatriz 1"]);
    assert.deepEqual(await chips("Ándrew O'Neil"), []);
    assert.equal((await client.get(path)).status, 404);
    assert.equal((await client.send("DELETE", path)).status, 404);
    assert.equal((await client.get(`${path}/export`)).status, 404);
    await registerFromFiles(client, "andrew", [
      "registration_photos/andrew_02.jpg",
    ]);
  });

  await t.step("signing out gives the rights back", async () => {
    assert.equal((await client.post("api/admin/sign-out")).status, 200);
    assert.equal((await client.get("api/users")).status, 401);
  });
}

Deno.test("the list of 10,000 people comes in pages of 50, and is searched by any part of a name", async () => {
  const server = await startTestServer();
  try {
    await new AdminPassword(server.settings.adminPath).set("open sesame");
    const store = await openStore(server.settings);
    const { dimensions } = store.model;
    await store.put(
      Array.from({ length: 10_000 }, (_, i) => ({
        user: `user ${String(i).padStart(5, "0")}`,
        photo: "a.jpg",
        photoSha256: "0".repeat(64),
        vector: new Float32Array(dimensions).fill(i / 10_000),
        createdAt: "2026-01-01T00:00:00.000Z",
      })),
    );
    await store.close();
    const client = await new ApiClient(server.url).begin();
    await client.post("api/admin/sign-in", { password: "open sesame" });
    await client.begin();
    const ask = async (query: string) =>
      (await client.get<List>(`api/users?${query}`)).body;
    const first = await ask("");
    assert.deepEqual([first.total, first.users.length], [10_000, 50]);
    const last = await ask("page=199");
    assert.equal(last.users.at(-1)!.name, "user 09999");
    const found = await ask("search=R%200777");
    assert.deepEqual([found.total, found.users[0]!.name], [10, "user 07770"]);
    assert.equal((await client.get("api/users?page=-1")).status, 400);
  } finally {
    await server.stop();
  }
});

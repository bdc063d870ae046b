import assert from "node:assert/strict";
import type { Settings } from "../../lib/config.ts";
import { openStore } from "../../lib/store/open_store.ts";
import type { Shape } from "../../lib/web/schemas.ts";
import { Actor } from "./actor.ts";
import { ApiClient, type Refused } from "./api_client.ts";
import { playChallenge, registerFromFiles } from "./flows.ts";
import { startTestServer } from "./running_server.ts";

const photo = (path: string) =>
  [path.split("/").pop()!, Deno.readFileSync(path)] as const;
let clockMs = Date.now();
const own = [1, 2, 3].map((n) => `registration_photos/andrew_0${n}.jpg`);

Deno.test({
  name:
    "after signing in a person sees what is kept about them, adds, renews, exports and deletes it, and signs out everywhere",
  async fn(t) {
    const server = await startTestServer({ now: () => clockMs }, {
      live: "off",
    });
    try {
      const stranger = await new ApiClient(server.url).begin();
      await registerFromFiles(stranger, "andrew", own);
      await registerFromFiles(stranger, "beatriz", [
        "registration_photos/beatriz/beatriz_01.jpg",
      ]);
      const [here, there] = [
        await signedIn(server.url),
        await signedIn(server.url),
      ];
      await closedToOthers(t, stranger);
      await seen(t, here);
      await renewed(t, here, there);
      await signedOut(t, here, await signedIn(server.url));
      await deleted(t, await signedIn(server.url), stranger);
      await replaced(t, await signedIn(server.url), server.settings);
    } finally {
      await server.stop();
    }
  },
});

/** A browser in which andrew signed in. */
async function signedIn(url: string): Promise<ApiClient> {
  const client = await new ApiClient(url).begin();
  const { id } = await playChallenge(client, new Actor("andrew"), {
    now: () => clockMs,
    wait: (ms) => clockMs += ms,
  });
  await client.post("api/sign-ins", { challenge: id });
  const { body } = await client.get<Shape<"session">>("api/session");
  assert.equal(body.user, "andrew");
  return client;
}

async function closedToOthers(t: Deno.TestContext, stranger: ApiClient) {
  await t.step("without a sign-in all of it is refused alike", async () => {
    for (
      const [method, path] of [
        ["GET", "api/me"],
        ["DELETE", "api/me"],
        ["GET", "api/me/export"],
        ["GET", "api/me/chips/andrew_01.jpg"],
        ["DELETE", "api/me/photos/andrew_01.jpg"],
      ] as const
    ) {
      const { status, body } = await stranger.send<Refused>(method, path);
      assert.deepEqual([status, body.error.kind], [401, "not-signed-in"], path);
    }
  });
}

async function seen(t: Deno.TestContext, client: ApiClient) {
  await t.step("photos are seen, added and deleted one by one", async () => {
    const { body } = await client.get<Shape<"user">>("api/me");
    assert.deepEqual([body.name, body.photos.length], ["andrew", 3]);
    const chip = await client.get(body.photos[0]!.chip!.slice(1));
    assert.equal(chip.headers.get("content-type"), "image/png");
    const added = await client.postPhotos<Shape<"upload">>("api/me/photos", [
      photo("registration_photos/andrew_04.jpg"),
      photo("registration_photos/beatriz/beatriz_02.jpg"),
    ]);
    assert.deepEqual(added.body.results.map(({ taken }) => taken), [
      true,
      false,
    ], "somebody else's face is not added");
    assert.equal(
      added.body.results[1]!.advice,
      "This face is registered under another name already.",
      "nor whose it is told",
    );
    const path = "api/me/photos/andrew_01.jpg";
    assert.equal((await client.send("DELETE", path)).status, 200);
    assert.equal((await client.send("DELETE", path)).status, 404);
    const exported = await client.get<{ templates: { photo: string }[] }>(
      "api/me/export",
    );
    assert.deepEqual(
      exported.body.templates.map((template) => template.photo).sort(),
      [2, 3, 4].map((n) => `andrew_0${n}.jpg`),
    );
  });
}

async function renewed(
  t: Deno.TestContext,
  client: ApiClient,
  other: ApiClient,
) {
  await t.step(
    "new pictures take the place of all the old ones and end other browsers' sign-ins, and the last one stays",
    async () => {
      await registerFromFiles(client, "andrew", [
        "registration_photos/andrew_05.jpg",
      ]);
      const { body } = await client.get<Shape<"user">>("api/me");
      assert.deepEqual(body.photos.map((each) => each.photo), [
        "andrew_05.jpg",
      ]);
      const last = await client.send<Refused>(
        "DELETE",
        "api/me/photos/andrew_05.jpg",
      );
      assert.deepEqual([last.status, last.body.error.kind], [
        409,
        "last-photo",
      ]);
      assert.equal((await other.get("api/me")).status, 401);
    },
  );
}

async function signedOut(
  t: Deno.TestContext,
  here: ApiClient,
  there: ApiClient,
) {
  await t.step("signing out everywhere ends every sign-in", async () => {
    assert.equal((await there.get("api/me")).status, 200);
    await here.post("api/sign-out", { everywhere: true });
    for (const client of [here, there]) {
      assert.equal((await client.get("api/me")).status, 401);
    }
  });
}

async function deleted(
  t: Deno.TestContext,
  client: ApiClient,
  stranger: ApiClient,
) {
  await t.step("what is deleted is gone, and so is the sign-in", async () => {
    const { body } = await client.send<Shape<"removed">>("DELETE", "api/me");
    assert.deepEqual([body.user, body.templates], ["andrew", 1]);
    assert.equal((await client.get("api/me")).status, 401);
    await registerFromFiles(stranger, "andrew", own);
  });
}

async function replaced(
  t: Deno.TestContext,
  client: ApiClient,
  settings: Settings,
) {
  await t.step(
    "who was removed elsewhere sees nothing of whoever has the name now",
    async () => {
      assert.equal((await client.get("api/me")).status, 200);
      const elsewhere = await openStore(settings);
      const [beatriz] = await elsewhere.templates("beatriz");
      await elsewhere.remove("andrew");
      const createdAt = new Date().toISOString();
      await elsewhere.put([{ ...beatriz!, user: "andrew", createdAt }]);
      await elsewhere.close();
      assert.equal((await client.get("api/me")).status, 401);
      const { body } = await client.get<Shape<"session">>("api/session");
      assert.equal(body.user, null);
    },
  );
}

import assert from "node:assert/strict";
import { instruments } from "../../lib/evaluate/liveness/instruments.ts";
import type { Shape } from "../../lib/web/schemas.ts";
import { Actor } from "./actor.ts";
import { ApiClient, type Refused } from "./api_client.ts";
import { playChallenge } from "./flows.ts";
import { startTestServer } from "./running_server.ts";

let clockMs = Date.now();
const clock = {
  now: () => clockMs,
  wait: (ms: number) => clockMs += ms,
};
const photo = (path: string) =>
  [path.split("/").pop()!, Deno.readFileSync(path)] as const;

Deno.test("where registering needs the live check, pictures are taken of nobody but who passed it", async (t) => {
  const server = await startTestServer({ now: clock.now }, {
    live_registration: "on",
  });
  try {
    const client = await new ApiClient(server.url).begin();
    const { body: { id, liveFirst } } = await client.post<
      Shape<"registration">
    >("api/registrations", { name: "andrew", consent: true });
    assert.equal(liveFirst, true);
    const path = `api/registrations/${id}`;
    const upload = () =>
      client.postPhotos<Shape<"upload"> & Refused>(`${path}/photos`, [
        photo("registration_photos/andrew_01.jpg"),
        photo("registration_photos/beatriz/beatriz_01.jpg"),
      ]);
    const notYet = async () => {
      const capture = await client.postJpeg<Refused>(
        `${path}/captures`,
        new Actor("andrew").straight,
      );
      for (const { status, body } of [capture, await upload()]) {
        assert.deepEqual([status, body.error.kind], [409, "live-first"]);
      }
      const finish = await client.post<Refused>(`${path}/finish`);
      assert.equal(finish.body.error.kind, "no-captures");
    };

    await t.step("nothing before it, and nothing after a print", async () => {
      await notYet();
      const print = instruments.find(({ kind }) =>
        kind === "print, flat, cut out"
      )!;
      const { verdict } = await playChallenge(
        client,
        new Actor("andrew", print),
        { registration: id, ...clock },
      );
      assert.equal(verdict, "flat");
      await notYet();
    });

    await t.step("a challenge of nobody's registration is none", async () => {
      const other = await new ApiClient(server.url).begin();
      const { status, body } = await other.post<Refused>("api/challenges", {
        registration: id,
      });
      assert.deepEqual([status, body.error.kind], [404, "no-registration"]);
    });

    await t.step("who passed is registered, and signs nobody in", async () => {
      const { id: challenge, verdict } = await playChallenge(
        client,
        new Actor("andrew"),
        { registration: id, ...clock },
      );
      assert.equal(verdict, "passed");
      const asSignIn = await client.post<Refused>("api/sign-ins", {
        challenge,
      });
      assert.equal(asSignIn.body.error.kind, "no-challenge");
      const { body: { results } } = await upload();
      assert.deepEqual(results.map(({ taken }) => taken), [true, false]);
      assert.match(results[1]!.advice, /looks like somebody else/);
      const finished = await client.post(`${path}/finish`);
      assert.deepEqual(finished.body, { user: "andrew", templates: 1 });
    });

    await t.step("and may sign in then", async () => {
      const { id } = await playChallenge(client, new Actor("andrew"), clock);
      const { body } = await client.post<Shape<"signIn">>("api/sign-ins", {
        challenge: id,
      });
      assert.equal(body.user, "andrew");
    });
  } finally {
    await server.stop();
  }
});

Deno.test("failed live checks of registrations make their address wait, whatever the names", async () => {
  const server = await startTestServer({ now: clock.now }, {
    live_registration: "on",
    live: "off",
  });
  try {
    const client = await new ApiClient(server.url).begin();
    const { body: { id } } = await client.post<Shape<"registration">>(
      "api/registrations",
      { name: "andrew", consent: true },
    );
    const two = Deno.readFileSync("tests/photos/two_people.jpg");
    const nobody = { next: () => Promise.resolve(two.slice()) };
    let refused: unknown = null;
    for (let i = 0; i < 60 && refused === null; i++) {
      await playChallenge(client, nobody, { registration: id, ...clock })
        .catch((error) => refused = error);
    }
    assert.match(String(refused), /too-many-attempts/);
  } finally {
    await server.stop();
  }
});

import assert from "node:assert/strict";
import { Actor } from "./actor.ts";
import { ApiClient, type Refused } from "./api_client.ts";
import { playChallenge, type PlayOptions } from "./flows.ts";
import { lastSignIn } from "./last_sign_in.ts";
import type { TestServer } from "./running_server.ts";

/** How long a passed challenge waits to be redeemed, ms. */
const redeemWithinMs = 30_000;

/** Challenges used by whom, when and as often as they must not be. @param clock the server's */
export async function misuse(
  t: Deno.TestContext,
  server: TestServer,
  clock: PlayOptions,
): Promise<void> {
  const client = await new ApiClient(server.url).begin();
  const other = await new ApiClient(server.url).begin();
  const andrew = new Actor("andrew");
  const open = async () =>
    (await client.post<{ id: string }>("api/challenges")).body.id;
  const frame = (from: ApiClient, id: string) =>
    from.postJpeg<Refused>(`api/challenges/${id}/frames`, andrew.straight);
  const redeem = (from: ApiClient, challenge: string) =>
    from.post<Refused>("api/sign-ins", { challenge });

  await t.step(
    "a challenge serves the session it was given to, and only the last one given",
    async () => {
      const first = await open();
      for (
        const { status, body } of [
          await frame(other, first),
          await redeem(other, first),
        ]
      ) {
        assert.deepEqual([status, body.error.kind], [404, "no-challenge"]);
      }
      const second = await open();
      assert.equal((await frame(client, first)).status, 404);
      assert.equal((await redeem(client, second)).status, 404, "undecided");
      assert.equal((await frame(client, second)).status, 200, "and still open");
    },
  );

  await t.step("of challenges asked for at once only one is open", async () => {
    const all = await Promise.all(Array.from({ length: 4 }, open));
    const statuses: number[] = [];
    for (const id of all) statuses.push((await frame(client, id)).status);
    assert.deepEqual(statuses.sort(), [200, 404, 404, 404]);
  });

  await t.step(
    "frames sent side by side are not looked at side by side",
    async () => {
      const id = await open();
      const answers = await Promise.all(
        Array.from({ length: 5 }, () => frame(client, id)),
      );
      const statuses = answers.map(({ status }) => status).sort();
      assert.equal(statuses[0], 200);
      assert.equal(statuses.at(-1), 409);
      for (const { status, body } of answers) {
        if (status !== 200) assert.equal(body.error.kind, "one-at-a-time");
      }
      assert.equal((await frame(client, id)).status, 200);
    },
  );

  await t.step("a claim may be any text, and is kept as one", async () => {
    for (const user of ["a\u0000b", "\ud800", "@127.0.0.1", "../..", " "]) {
      const { status } = await client.post("api/challenges", { user });
      assert.equal(status, 201, JSON.stringify(user));
    }
  });

  await t.step(
    "a passed challenge is worth nothing when its time is over",
    async () => {
      const { id, verdict } = await playChallenge(client, andrew, clock);
      assert.equal(verdict, "passed");
      clock.wait(redeemWithinMs + 1);
      assert.equal((await redeem(client, id)).body.error.kind, "no-challenge");
    },
  );

  await t.step(
    "a passed challenge signs in once, however many ask at once, and nobody else",
    async () => {
      const { id, verdict } = await playChallenge(client, andrew, clock);
      assert.equal(verdict, "passed");
      assert.equal((await redeem(other, id)).status, 404);
      const all = await Promise.all(
        Array.from({ length: 4 }, () => redeem(client, id)),
      );
      assert.deepEqual(all.map(({ status }) => status).sort(), [
        200,
        404,
        404,
        404,
      ]);
      const line = await lastSignIn(server);
      assert.equal(line.decision, "accepted");
      const photo = "api/me/chips/andrew_01.jpg";
      const chip = await other.get<Refused>(photo);
      assert.equal(chip.status, 401, "another session sees no chip");
    },
  );
}

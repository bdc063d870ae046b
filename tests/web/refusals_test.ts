import assert from "node:assert/strict";
import { decodePhoto } from "../../lib/image/decode.ts";
import { encodeJpeg } from "../../lib/image/encode.ts";
import { challengePairs } from "../../lib/liveness/challenge_pairs.ts";
import { type Holding, holdPicture } from "../../lib/liveness/held_picture.ts";
import { defaultChallengeTimeMs } from "../../lib/web/sign_in_challenges.ts";
import { Actor } from "./actor.ts";
import { ApiClient, type Refused } from "./api_client.ts";
import { lastSignIn } from "./last_sign_in.ts";
import { misuse } from "./challenge_misuse.ts";
import { playChallenge, registerFromFiles } from "./flows.ts";
import { startTestServer, type TestServer } from "./running_server.ts";

type Bytes = Uint8Array<ArrayBuffer>;

const pair = (first: string, second: string) =>
  challengePairs.findIndex(([a, b]) => a === first && b === second);

/** The server's clock, and what it asks for. */
let clockMs = Date.now();
const asked = pair("turn-left", "turn-right");

Deno.test({
  name:
    "an attack at the door is refused with its reason, the audit log has the same, and claims tell nothing about names",
  async fn(t) {
    const server = await startTestServer({
      draw: () => asked,
      now: () => clockMs,
    });
    try {
      await registerAndrew(server);
      await attacks(t, server);
      await misuse(t, server, (ms) => clockMs += ms);
      await claims(t, server);
    } finally {
      await server.stop();
    }
  },
});

async function registerAndrew({ url }: TestServer): Promise<void> {
  const client = await new ApiClient(url).begin();
  await registerFromFiles(client, "andrew", [
    "registration_photos/andrew_01.jpg",
  ]);
}

async function attacks(t: Deno.TestContext, server: TestServer): Promise<void> {
  const client = await new ApiClient(server.url).begin();
  const andrew = new Actor("andrew");
  const dalila = new Actor("dalila");

  const refusedAs = async (verdict: string, reason: string) => {
    assert.equal(verdict, reason);
    const line = await lastSignIn(server);
    assert.equal(line.decision, "refused");
    assert.equal(line.reason, reason);
    assert.equal(line.door, "127.0.0.1");
  };

  await t.step(
    "a still photo gets nowhere until its time is over",
    async () => {
      let frames = 0;
      const { id, verdict } = await playChallenge(client, () => {
        if (++frames === 6) clockMs += defaultChallengeTimeMs + 1;
        return andrew.straight;
      });
      await refusedAs(verdict, "too-late");
      const { status } = await client.postJpeg(
        `api/challenges/${id}/frames`,
        andrew.straight,
      );
      assert.equal(status, 404);
    },
  );

  await t.step("a photo that is moved and tilted gets nowhere", async () => {
    const photo = await decodePhoto(andrew.straight);
    const holdings: Holding[] = [
      {},
      {},
      { yaw: 15 },
      { yaw: 30 },
      { yaw: 45, shift: 0.05 },
      { roll: 15 },
      { pitch: 25 },
      { yaw: 40, bend: 30 },
      {},
    ];
    const frames = await Promise.all(
      holdings.map(async (holding) =>
        await encodeJpeg(holdPicture(photo, holding)) as Bytes
      ),
    );
    let at = 0;
    const { verdict } = await playChallenge(client, () => {
      const frame = frames[Math.min(at, frames.length - 1)]!.slice();
      if (++at > frames.length) clockMs += defaultChallengeTimeMs + 1;
      return frame;
    });
    assert.notEqual(verdict, "passed");
    assert.notEqual(verdict, "pending");
    await refusedAs(verdict, verdict);
  });

  await t.step("two people in the picture", async () => {
    const two = Deno.readFileSync("tests/photos/two_people.jpg");
    const { verdict } = await playChallenge(client, () => two.slice());
    await refusedAs(verdict, "several-faces");
  });

  await t.step("somebody else who takes over", async () => {
    const { verdict } = await playChallenge(
      client,
      (expects) =>
        expects === "look-straight"
          ? andrew.next(expects)
          : dalila.next(expects),
    );
    await refusedAs(verdict, "another-person");
  });

  await t.step("another action than the one asked for", async () => {
    const { verdict } = await playChallenge(
      client,
      (expects) =>
        andrew.next(expects === "turn-left" ? "turn-right" : expects),
    );
    await refusedAs(verdict, "wrong-action");
  });
}

async function claims(t: Deno.TestContext, server: TestServer): Promise<void> {
  await t.step(
    "a claim of a name that nobody has is answered exactly as a wrong claim of one that somebody has, to the waiting at its end",
    async () => {
      const story = async (claimed: string, localAddress: string) => {
        using from = Deno.createHttpClient({ localAddress });
        const client = await new ApiClient(server.url, from).begin();
        const dalila = new Actor("dalila");
        const told: unknown[] = [];
        const { id, verdict } = await playChallenge(
          client,
          (expects) => dalila.next(expects),
          claimed,
        );
        const decided = await client.post("api/sign-ins", { challenge: id });
        told.push(verdict, decided.status, decided.body);
        for (let i = 0; i < 5; i++) {
          const { status, body } = await client.post<{ id?: string }>(
            "api/challenges",
            { user: claimed },
          );
          // Each challenge has an id of its own.
          told.push(status, {
            ...body,
            ...(body.id === undefined ? {} : { id: "" }),
          });
        }
        const line = await lastSignIn(server);
        assert.equal(line.claimed, claimed);
        assert.equal(line.reason, "too-many-attempts");
        return JSON.parse(JSON.stringify(told).replaceAll(claimed, "NAME"));
      };
      const registered = await story("andrew", "127.0.8.1");
      const unknown = await story("nobody at all", "127.0.8.2");
      assert.deepEqual(unknown, registered);
      assert.deepEqual(registered.slice(0, 2), ["passed", 200]);
      assert.equal(registered.at(-2), 429);
      assert.equal(
        (registered.at(-1) as Refused).error.kind,
        "too-many-attempts",
      );
    },
  );
}

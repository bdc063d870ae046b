import assert from "node:assert/strict";
import { decodePhoto } from "../../lib/image/decode.ts";
import { encodeJpeg } from "../../lib/image/encode.ts";
import { redeemWithinMs } from "../../lib/liveness/challenge_desk.ts";
import { challengePairs } from "../../lib/liveness/challenge_pairs.ts";
import { type Holding, holdPicture } from "../../lib/liveness/held_picture.ts";
import { openAudit } from "../../lib/store/open_store.ts";
import { defaultChallengeTimeMs } from "../../lib/web/door.ts";
import { Actor } from "./actor.ts";
import { ApiClient, type Refused } from "./api_client.ts";
import { playChallenge, registerFromFiles } from "./flows.ts";
import { startTestServer, type TestServer } from "./running_server.ts";

type Bytes = Uint8Array<ArrayBuffer>;

const pair = (first: string, second: string) =>
  challengePairs.findIndex(([a, b]) => a === first && b === second);

/** The server's clock, and what it asks for. */
let clockMs = Date.now();
const asked = pair("turn-left", "turn-right");
interface AuditLine {
  readonly event: string;
  readonly decision?: string;
  readonly claimed?: string | null;
  readonly reason?: string;
  readonly door?: string;
}

/** What the audit log says of the last sign-in. */
async function lastLine({ settings }: TestServer): Promise<AuditLine> {
  const { audit, close } = await openAudit(settings);
  const entries: readonly AuditLine[] = await audit.entries();
  await close();
  return entries.findLast(({ event }) => event === "sign-in")!;
}

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
      await misuse(t, server);
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
    const line = await lastLine(server);
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

async function misuse(t: Deno.TestContext, server: TestServer): Promise<void> {
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

  await t.step(
    "a passed challenge is worth nothing when its time is over",
    async () => {
      const { id, verdict } = await playChallenge(
        client,
        (e) => andrew.next(e),
      );
      assert.equal(verdict, "passed");
      clockMs += redeemWithinMs + 1;
      assert.equal((await redeem(client, id)).body.error.kind, "no-challenge");
    },
  );

  await t.step(
    "a passed challenge signs in once, however many ask at once, and nobody else",
    async () => {
      const { id, verdict } = await playChallenge(
        client,
        (e) => andrew.next(e),
      );
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
      const line = await lastLine(server);
      assert.equal(line.decision, "accepted");
      const chip = await other.get<Refused>("api/decision/chip");
      assert.equal(chip.status, 404, "another session sees no chip");
    },
  );
}

async function claims(t: Deno.TestContext, server: TestServer): Promise<void> {
  await t.step(
    "a claim of a name that nobody has is answered exactly as a wrong claim of one that somebody has, to the waiting at its end",
    async () => {
      const client = await new ApiClient(server.url).begin();
      const story = async (claimed: string) => {
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
        const line = await lastLine(server);
        assert.equal(line.claimed, claimed);
        assert.equal(line.reason, "too-many-attempts");
        return JSON.parse(JSON.stringify(told).replaceAll(claimed, "NAME"));
      };
      const registered = await story("andrew");
      const unknown = await story("nobody at all");
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

import assert from "node:assert/strict";
import { instruments } from "../attacks/instruments.ts";
import { Actor } from "./actor.ts";
import { ApiClient, type Refused } from "./api_client.ts";
import { lastSignIn } from "./last_sign_in.ts";
import { misuse } from "./challenge_misuse.ts";
import { playChallenge, registerFromFiles } from "./flows.ts";
import { startTestServer, type TestServer } from "./running_server.ts";

/** The server's clock. */
let clockMs = Date.now();
const clock = {
  now: () => clockMs,
  wait: (ms: number) => clockMs += ms,
};

async function withServer(
  live: string,
  work: (server: TestServer) => Promise<void>,
): Promise<void> {
  const server = await startTestServer({ now: clock.now }, { live });
  try {
    const client = await new ApiClient(server.url).begin();
    await registerFromFiles(client, "andrew", [
      "registration_photos/andrew_01.jpg",
    ]);
    await work(server);
  } finally {
    await server.stop();
  }
}

Deno.test("an attack is refused with its reason, and the audit log has the same", (t) =>
  withServer("light+motion", async (server) => {
    const andrew = new Actor("andrew");

    const refused = async (
      actor: Pick<Actor, "next">,
      reasons: readonly string[],
    ) => {
      const client = await new ApiClient(server.url).begin();
      const { verdict } = await playChallenge(client, actor, clock);
      assert.ok(reasons.includes(verdict), verdict);
      const line = await lastSignIn(server);
      assert.equal(line.decision, "refused");
      assert.equal(line.reason, verdict);
      assert.equal(line.client, "127.0.0.1");
      // Too many failures make the client wait.
      clockMs += 3_600_000;
    };

    const unseen = ["too-bright", "other-light"];
    const attacks: [string, readonly string[]][] = [
      ["recording of another sequence", unseen],
      ["screen replay without light", [...unseen, "flat", "only-the-face"]],
      ["print, flat, cut out", ["flat"]],
      ["one photo as a relief", unseen],
      ["photo pasted on a live head", [...unseen, "flat", "another-person"]],
      ["relief, head tinted", ["flat"]],
      ["two people", ["several-faces"]],
    ];
    for (const [kind, reasons] of attacks) {
      const instrument = instruments.find((each) => each.kind === kind)!;
      await t.step(
        kind,
        () => refused(new Actor("andrew", instrument), reasons),
      );
    }

    await t.step("somebody else who takes over", () => {
      const dalila = new Actor("dalila");
      return refused({
        next: (stage, shown) =>
          (stage === "straight" ? andrew : dalila).next(stage, shown),
      }, ["another-person"]);
    });

    await t.step("a face that does not look straight until time is up", () => {
      const turned = Deno.readFileSync(
        "tests/photos/light/andrew/turn_left_05.room.jpg",
      );
      return refused({
        next() {
          clockMs += 10_000;
          return Promise.resolve(turned.slice());
        },
      }, ["too-late"]);
    });

    await t.step(
      "pictures that claim a moment that has not come",
      () =>
        refused({
          next(stage, shown) {
            if (stage === "light") clockMs -= 2000;
            return andrew.next(stage, shown);
          },
        }, ["out-of-step"]),
    );
  }));

Deno.test("challenges are not to be misused, and claims tell nothing about names", (t) =>
  withServer("off", async (server) => {
    await misuse(t, server, clock);
    await claims(t, server);
  }));

async function claims(t: Deno.TestContext, server: TestServer): Promise<void> {
  await t.step(
    "a claim of a name that nobody has is answered exactly as a wrong claim of one that somebody has, to the waiting at its end",
    async () => {
      const story = async (claimed: string, localAddress: string) => {
        using from = Deno.createHttpClient({ localAddress });
        const client = await new ApiClient(server.url, from).begin();
        const told: unknown[] = [];
        for (let i = 0; i < 5; i++) {
          const { id, verdict } = await playChallenge(
            client,
            new Actor("dalila"),
            { user: claimed, ...clock },
          );
          const decided = await client.post("api/sign-ins", { challenge: id });
          told.push(verdict, decided.status, decided.body);
        }
        const { status, body } = await client.post<Refused>("api/challenges", {
          user: claimed,
        });
        const { kind, message, retryAfter = 0 } = body.error;
        // Counted from the last failure by the real clock: a slow machine sees less of it.
        assert.ok(retryAfter > 15 && retryAfter <= 30, message);
        told.push(status, kind, message.replace(/\d+ seconds/, "N seconds"));
        const line = await lastSignIn(server);
        // What somebody types who is nobody's name is not kept.
        const nobody = "(a name that nobody has)";
        assert.equal(line.claimed, claimed === "andrew" ? claimed : nobody);
        assert.equal(line.reason, "too-many-attempts");
        return JSON.parse(JSON.stringify(told).replaceAll(claimed, "NAME"));
      };
      const registered = await story("andrew", "127.0.8.1");
      const unknown = await story("nobody at all", "127.0.8.2");
      assert.deepEqual(unknown, registered);
      assert.deepEqual(registered.slice(0, 2), ["passed", 200]);
      assert.deepEqual(registered.slice(-3, -1), [429, "too-many-attempts"]);
    },
  );
}

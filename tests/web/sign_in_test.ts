import assert from "node:assert/strict";
import { challengePairs } from "../../lib/liveness/challenge_pairs.ts";
import { Actor } from "./actor.ts";
import { ApiClient, type Refused } from "./api_client.ts";
import { playChallenge, registerFromFiles } from "./flows.ts";
import { startTestServer, type TestServer } from "./running_server.ts";

interface SignedIn {
  decision: string;
  user: string | null;
  distance: number | null;
  chip: string | null;
  reason: string;
}

const photosOf = (user: string) =>
  [1, 2, 3].map((n) =>
    `registration_photos/${
      user === "andrew" ? "" : `${user}/`
    }${user}_0${n}.jpg`
  );

/** Which pair of actions the next challenge asks for. */
let pair = 0;

async function withServer(
  work: (server: TestServer, client: ApiClient) => Promise<void>,
): Promise<void> {
  const server = await startTestServer({
    draw: () => pair,
    challengeTimeMs: 120_000,
  });
  try {
    const client = await new ApiClient(server.url).begin();
    await registerFromFiles(client, "andrew", photosOf("andrew"));
    await work(server, client);
  } finally {
    await server.stop();
  }
}

const at = (first: string, second: string) =>
  challengePairs.findIndex(([a, b]) => a === first && b === second);

Deno.test("who does both actions is let in, for every action there is, and once per challenge", () =>
  withServer(async (_server, client) => {
    const actor = new Actor("andrew");
    const asked = [
      at("turn-left", "turn-right"),
      at("blink", "turn-left"),
      at("turn-right", "mouth-open"),
    ];
    for (pair of asked) {
      const played = await playChallenge(client, (e) => actor.next(e));
      assert.equal(played.verdict, "passed", `${challengePairs[pair]}`);
      const sent = { challenge: played.id };
      const { body } = await client.post<SignedIn>("api/sign-ins", sent);
      assert.equal(body.decision, "accepted");
      assert.equal(body.user, "andrew");
      const again = await client.post<Refused>("api/sign-ins", sent);
      assert.equal(again.status, 404);
      assert.equal(again.body.error.kind, "no-challenge");
    }
    const chip = await client.get("api/decision/chip");
    assert.equal(chip.headers.get("content-type"), "image/png");
  }));

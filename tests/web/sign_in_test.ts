import assert from "node:assert/strict";
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

const andrew = [1, 2, 3].map((n) => `registration_photos/andrew_0${n}.jpg`);

async function withServer(
  work: (server: TestServer, client: ApiClient) => Promise<void>,
): Promise<void> {
  const server = await startTestServer();
  try {
    const client = await new ApiClient(server.url).begin();
    await registerFromFiles(client, "andrew", andrew);
    await work(server, client);
  } finally {
    await server.stop();
  }
}

Deno.test("a person who does both actions is let in, once per challenge", () =>
  withServer(async (server, client) => {
    const actor = new Actor("andrew");
    const played = await playChallenge(client, (e) => actor.next(e));
    console.log(played);
    assert.equal(played.verdict, "passed");
    const sent = { challenge: played.id };
    const first = await client.post<SignedIn>("api/sign-ins", sent);
    console.log(first);
    assert.equal(first.body.decision, "accepted");
    assert.equal(first.body.user, "andrew");
    const again = await client.post<Refused>("api/sign-ins", sent);
    assert.equal(again.status, 404);
    assert.equal(again.body.error.kind, "no-challenge");
    console.log(server.url);
  }));

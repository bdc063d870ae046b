import assert from "node:assert/strict";
import { Actor } from "./actor.ts";
import { ApiClient, type Refused } from "./api_client.ts";
import { playChallenge, registerFromFiles } from "./flows.ts";
import { startTestServer } from "./running_server.ts";

interface SignedIn {
  decision: string;
  user: string | null;
  chip: string | null;
}

interface Explained {
  live: {
    policy: string;
    verdict: string;
    light: { follows: number; relief: number } | null;
    motion: { follows: number } | null;
  };
}

for (const live of ["light+motion", "motion", "off"]) {
  Deno.test(`with live=${live} who does what is asked is let in, once per challenge, and is told what the check saw`, async () => {
    let clockMs = Date.now();
    const server = await startTestServer({ now: () => clockMs }, { live });
    try {
      const client = await new ApiClient(server.url).begin();
      const photos = [1, 2, 3].map((n) =>
        `registration_photos/andrew_0${n}.jpg`
      );
      await registerFromFiles(client, "andrew", photos);
      const played = await playChallenge(client, new Actor("andrew"), {
        now: () => clockMs,
        wait: (ms) => clockMs += ms,
      });
      const { body: explained } = await client.get<Explained>("api/decision");
      assert.equal(played.verdict, "passed", JSON.stringify(explained.live));
      const sent = { challenge: played.id };
      const { body } = await client.post<SignedIn>("api/sign-ins", sent);
      assert.deepEqual([body.decision, body.user], ["accepted", "andrew"]);
      const again = await client.post<Refused>("api/sign-ins", sent);
      assert.equal(again.status, 404);
      assert.equal(again.body.error.kind, "no-challenge");
      const { live: shown } = explained;
      assert.equal(shown.policy, live);
      assert.equal(shown.verdict, "passed");
      assert.equal(shown.light !== null, live === "light+motion");
      assert.equal(shown.motion !== null, live !== "off");
      const chip = await client.get(body.chip!.slice(1));
      assert.equal(chip.headers.get("content-type"), "image/png");
    } finally {
      await server.stop();
    }
  });
}

import assert from "node:assert/strict";
import { playTakes } from "../../lib/evaluate/liveness/takes.ts";
import { createFaceMeshes } from "../../lib/liveness/face_mesh.ts";
import { createRecognizer } from "../../lib/recognize/recognizer.ts";
import { Actor } from "./actor.ts";
import { ApiClient, type Refused } from "./api_client.ts";
import { playChallenge, realTime } from "./flows.ts";
import { startTestServer } from "./running_server.ts";

Deno.test("the lab records a sign-in for whoever agrees, signs nobody in, and evaluate-liveness plays it to the same end", async () => {
  const folder = await Deno.makeTempDir();
  const lab = { folder, kind: "live", person: "andrew" };
  const server = await startTestServer({ lab }, { live: "motion" });
  try {
    const client = await new ApiClient(server.url).begin();
    const { body } = await client.get<{ recordsTo: string }>("api/session");
    assert.equal(body.recordsTo, folder);
    const { id, verdict } = await playChallenge(
      client,
      new Actor("andrew"),
      realTime,
    );
    const sent = { challenge: id };
    const decided = await client.post<Refused>("api/sign-ins", sent);
    assert.equal(decided.body.error.kind, "recorded");
    const recognizer = await createRecognizer();
    const meshes = await createFaceMeshes();
    const [take, ...others] = await playTakes(
      folder,
      { recognizer, meshes },
      { frames: 0, cpuMs: 0 },
    );
    assert.deepEqual(others, []);
    assert.equal(take!.kind, "live");
    assert.equal(take!.person, "andrew");
    assert.equal(take!.motion?.kind ?? "passed", verdict);
    for await (const { name } of Deno.readDir(folder)) {
      const { mode } = await Deno.stat(`${folder}/${name}/take.json`);
      assert.equal(mode! & 0o777, 0o600);
    }
    recognizer.dispose();
    meshes.dispose();
  } finally {
    await server.stop();
    await Deno.remove(folder, { recursive: true });
  }
});

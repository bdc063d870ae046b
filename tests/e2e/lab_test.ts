import assert from "node:assert/strict";
import { instruments } from "../attacks/instruments.ts";
import type { LivenessRow } from "../attacks/liveness_rows.ts";
import { Actor } from "../web/actor.ts";
import { ApiClient, type Refused } from "../web/api_client.ts";
import { playChallenge, realTime } from "../web/flows.ts";
import { startServe } from "../web/served_process.ts";
import { freshFolder, runDenoTask } from "./task.ts";

const folder = await freshFolder();

/** Signs in at the lab. @returns how the challenge ended */
async function record(kind: string, actor: Actor): Promise<string> {
  const args = ["--kind", kind, "--person", actor.name];
  await using server = await startServe({}, { folder, task: "lab", args });
  const client = await new ApiClient(server.url).begin();
  const { body } = await client.get<{ recordsTo: string }>("api/session");
  assert.equal(body.recordsTo, "lab");
  const { id, verdict } = await playChallenge(client, actor, realTime);
  if (verdict === "passed") {
    const sent = { challenge: id };
    const decided = await client.post<Refused>("api/sign-ins", sent);
    assert.equal(decided.body.error.kind, "recorded", "nobody is signed in");
  }
  return verdict;
}

Deno.test("the lab records a person and a print, and evaluate-liveness says of its folder how both ended", async () => {
  const print = instruments.find(({ kind }) => kind === "print, flat, cut out");
  const ends = {
    live: await record("live", new Actor("andrew")),
    print: await record("print", new Actor("beatriz", print)),
  };
  assert.notEqual(ends.print, "passed");
  for await (const { name } of Deno.readDir(`${folder}/lab`)) {
    const modeOf = async (path: string) =>
      (await Deno.stat(`${folder}/lab/${name}${path}`)).mode! & 0o777;
    assert.equal(await modeOf(""), 0o700);
    assert.equal(await modeOf("/take.json"), 0o600);
    assert.equal(await modeOf("/000.jpg"), 0o600);
  }
  const { code, out, err } = await runDenoTask(folder, "evaluate-liveness", [
    "--takes",
    "lab",
    "--json",
  ]);
  assert.equal(code, 0, err);
  const { rows, cost }: {
    rows: LivenessRow[];
    cost: { frames: number; cpuMs: number };
  } = JSON.parse(out).result;
  assert.deepEqual(rows.map(({ kind, live }) => [kind, live]), [
    ["live", true],
    ["print", false],
  ]);
  for (const [i, verdict] of Object.values(ends).entries()) {
    const expected = verdict === "passed" ? {} : { [verdict]: 1 };
    assert.deepEqual(rows[i]!.reasons, expected);
  }
  assert.ok(cost.frames > 20 && cost.cpuMs > 0);
});

Deno.test("evaluate-liveness says what it wants with a folder that holds no takes", async () => {
  await Deno.mkdir(`${folder}/other/take`, { recursive: true });
  for (
    const [takes, words] of [["nowhere", /cannot be read/], [
      "other",
      /is no take of the lab/,
    ]] as const
  ) {
    const args = ["--takes", takes];
    const { code, err } = await runDenoTask(folder, "evaluate-liveness", args);
    assert.equal(code, 2);
    assert.match(err, words);
  }
});

import assert from "node:assert/strict";
import { createFaceMeshes } from "../../lib/liveness/face_mesh.ts";
import { createRecognizer } from "../../lib/recognize/recognizer.ts";
import { readLitPeople } from "./lit_people.ts";
import { rowsOf } from "./liveness_rows.ts";
import { evaluateLiveness } from "./play_scenes.ts";

Deno.test("at the gentle pace somebody who turns by the words said aloud passes light and dot", async () => {
  const people = await readLitPeople("tests/photos/light");
  const recognizer = await createRecognizer();
  const tries = await evaluateLiveness({
    recognizer,
    meshes: await createFaceMeshes(),
    people: people.filter(({ skin }) => skin === "dark"),
    instruments: [],
    shares: [0.3],
    paces: ["gentle"],
    tries: 1,
    cost: { frames: 0, cpuMs: 0 },
  });
  recognizer.dispose();
  const [row, ...others] = rowsOf(tries);
  assert.deepEqual(others, []);
  assert.equal(row!.pace, "gentle");
  assert.deepEqual([row!.byBoth.count, row!.reasons], [0, {}]);
  const [{ evidence }] = tries as [typeof tries[number]];
  // Ten steps of 700 ms, ten frames a second.
  assert.ok(evidence!.frames > 50, `${evidence!.frames}`);
});

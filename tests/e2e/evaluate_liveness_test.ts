import assert from "node:assert/strict";
import type { LivenessEvaluation } from "../../lib/evaluate/liveness/evaluate_liveness.ts";
import { freshFolder, runDenoTask } from "./task.ts";

const folder = await freshFolder();
const taken = {
  turn_left: ["00", "02", "06", "10", "12"],
  turn_right: ["00", "02", "06", "10", "12"],
  blink: ["00", "03", "07"],
  mouth_open: ["00", "04", "07"],
};
for (const person of ["andrew", "dalila"]) {
  await Deno.mkdir(`${folder}/frames/${person}`, { recursive: true });
  for (const [action, numbers] of Object.entries(taken)) {
    for (const number of numbers) {
      const name = `${person}/${action}_${number}.jpg`;
      await Deno.copyFile(
        `tests/photos/liveness/${name}`,
        `${folder}/frames/${name}`,
      );
    }
  }
}

Deno.test("evaluate-liveness accepts the live, refuses each attack for its own reason, and says which attack it cannot refuse", async () => {
  const kinds = [
    "still photo",
    "photos of each action swapped",
    "recording of two actions",
    "recordings chosen to fit",
    "another person, live",
    "another person acts between straight frames",
    "another person joins",
  ];
  const { code, out, err } = await runDenoTask(folder, "evaluate-liveness", [
    "frames",
    "--json",
    ...kinds.flatMap((kind) => ["--kind", kind]),
  ]);
  assert.equal(code, 0, err);
  const { live, attacks, people }: LivenessEvaluation = JSON.parse(out).result;
  assert.equal(people, 2);
  assert.deepEqual(live.endings, { accepted: 20 });
  assert.equal(live.error.errors, 0);
  assert.equal(live.passiveRefuses, 0);
  const endings = Object.fromEntries(
    attacks.map(({ kind, endings }) => [kind, endings]),
  );
  assert.deepEqual(Object.keys(endings), kinds);
  assert.deepEqual(endings["still photo"], { unfinished: 20 });
  assert.deepEqual(endings["photos of each action swapped"], { jumped: 20 });
  assert.deepEqual(endings["recordings chosen to fit"], { accepted: 20 });
  assert.deepEqual(endings["another person, live"], { "not-recognized": 20 });
  assert.deepEqual(endings["another person acts between straight frames"], {
    "another-person": 20,
  });
  assert.deepEqual(endings["another person joins"], { "several-faces": 20 });
  const recording = endings["recording of two actions"]!;
  assert.equal(recording["wrong-action"]! + recording.accepted!, 200);
  assert.ok(recording.accepted! >= 20, "whoever guesses the pair passes");
  assert.ok(recording.accepted! <= 30);
});

Deno.test("evaluate-liveness says what is wrong with a folder, a kind and a floor", async () => {
  const run = (...args: string[]) =>
    runDenoTask(folder, "evaluate-liveness", args);
  const nowhere = await run("nowhere");
  assert.match(nowhere.err, /nowhere cannot be read/);
  assert.equal(nowhere.code, 2);
  const photos = await run("registration_photos");
  assert.match(photos.err, /holds 0 frames of turn-left.*turn_left_00\.jpg/);
  const kind = await run("frames", "--kind", "mask");
  assert.match(kind.err, /No attack is called mask; there are: still photo;/);
  assert.equal(kind.code, 64);
  const floor = await run("frames", "--antispoof-floor", "2");
  assert.match(floor.err, /between 0 and 1, not 2/);
  assert.equal(floor.code, 64);
});

addEventListener("unload", () => Deno.removeSync(folder, { recursive: true }));

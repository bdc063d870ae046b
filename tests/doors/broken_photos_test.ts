/** Forty broken files through the task and through the page: a sentence for each, and nothing kept of what is refused. */
import assert from "node:assert/strict";
import { brokenFiles } from "../image/broken_files.ts";
import { runDenoTask } from "../e2e/task.ts";
import { openPageDoor } from "./page_door.ts";
import { heldIn, makePlace } from "./run_case.ts";
import { openLibraryDoor } from "./library_door.ts";

const place = await makePlace();
addEventListener("unload", () => {
  Deno.removeSync(place.folder, { recursive: true });
});
await Deno.mkdir(`${place.folder}/broken`);
const names = [...brokenFiles(40)].map((bytes, i) => {
  const name = `${String(i).padStart(2, "0")}.jpg`;
  Deno.writeFileSync(`${place.folder}/broken/${name}`, bytes);
  return name;
});

Deno.test("verify says of each of forty broken files why it cannot be judged", async () => {
  const door = await openLibraryDoor(place);
  await door.register("andrew", "photos/andrew_1.jpg");
  await door.close();
  const { code, out, err } = await runDenoTask(place.folder, "verify", [
    "broken",
    "--json",
  ]);
  const { ok, result } = JSON.parse(out);
  assert.equal(ok, true, err);
  assert.equal(code, 2);
  assert.equal(result.photos.length, names.length);
  const problems = result.photos.flatMap((
    { error }: { error?: { kind: string; message: string } },
  ) => error ?? []);
  assert.ok(problems.length > 20, `${problems.length}`);
  for (const { kind, message } of problems) {
    assert.match(kind, /^(photo|no-face)$/);
    assert.match(message, /^[^\n]*broken\/\d\d\.jpg[^\n]*\.$/);
  }
});

Deno.test("the page says of each of forty broken files why it is not taken, and keeps those only that it took", async () => {
  const before = await heldIn(place);
  const taken: string[] = [];
  const door = await openPageDoor(place);
  try {
    for (const name of names) {
      const { outcome, words } = await door.register(
        "beatriz",
        `broken/${name}`,
      );
      if (outcome === "done") {
        taken.push(`beatriz/${name}`); // it still shows the whole photo
        continue;
      }
      assert.equal(outcome, "refused", words);
      assert.match(words, /^[^\n]+\.$/);
    }
  } finally {
    await door.close();
  }
  const held = await heldIn(place);
  assert.ok(taken.length < 20, taken.join());
  assert.deepEqual(held.templates, [...before.templates, ...taken].sort());
  assert.equal(held.chips.length, before.chips.length + taken.length);
});

import assert from "node:assert/strict";
import type { LivenessRow } from "../attacks/liveness_rows.ts";
import { freshFolder, runDenoTask } from "./task.ts";

const folder = await freshFolder();

Deno.test("evaluate-liveness lets live people pass, keeps a print out for its flatness, and draws both", async () => {
  const { code, out, err } = await runDenoTask(folder, "evaluate-liveness", [
    new URL("../photos/light", import.meta.url).pathname,
    "--light",
    "0.3",
    "--kind",
    "print, flat, cut out",
    "--tries",
    "2",
    "--out",
    "evaluation",
    "--json",
  ]);
  assert.equal(code, 0, err);
  const { people, rows, files }: {
    people: number;
    rows: LivenessRow[];
    files: string[];
  } = JSON.parse(out).result;
  assert.equal(people, 4);
  const [live, print] = rows;
  assert.equal(live!.share, 0.3);
  assert.equal(live!.byBoth.count, 0, JSON.stringify(live!.reasons));
  assert.equal(print!.kind, "print, flat, cut out");
  assert.equal(print!.byLight.count, 0);
  assert.deepEqual(print!.reasons, { flat: 2 });
  const svg = await Deno.readTextFile(`${folder}/${files[0]}`);
  assert.match(svg, /^<svg/);
  assert.match(svg, /print, flat, cut out/);
});

Deno.test("evaluate-liveness says which instruments there are, and what a folder of frames is", async () => {
  const unknown = await runDenoTask(folder, "evaluate-liveness", [
    "--kind",
    "a hologram",
  ]);
  assert.equal(unknown.code, 64);
  assert.match(unknown.err, /No instrument is called a hologram; there are: /);
  const hasty = await runDenoTask(folder, "evaluate-liveness", [
    "--pace",
    "hasty",
  ]);
  assert.match(hasty.err, /A pace is usual or gentle, not hasty/);
  const empty = await runDenoTask(folder, "evaluate-liveness", ["nowhere"]);
  assert.equal(empty.code, 2);
  assert.match(empty.err, /nowhere\/manifest\.json cannot be read/);
});

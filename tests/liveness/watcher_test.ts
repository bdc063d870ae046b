import assert from "node:assert/strict";
import { decodePhoto } from "../../lib/image/decode.ts";
import { createFaceMeshes } from "../../lib/liveness/face_mesh.ts";
import { createWatcher } from "../../lib/liveness/watcher.ts";
import { createRecognizer } from "../../lib/recognize/recognizer.ts";
import { randomNumbers } from "../random_numbers.ts";

Deno.test("a watcher embeds one of any eleven frames, never at a place that the last one tells", async () => {
  const photo = await decodePhoto(
    Deno.readFileSync("tests/photos/light/andrew/straight_02.room.jpg"),
  );
  const watcher = createWatcher(
    await createRecognizer(),
    await createFaceMeshes(),
    randomNumbers(5),
  );
  const embedded: number[] = [];
  for (let i = 0; i < 80; i++) {
    const { live } = await watcher.watch(photo, i === 0);
    if (live!.vector !== null) embedded.push(i);
  }
  const gaps = embedded.slice(1).map((at, i) => at - embedded[i]!);
  assert.ok(Math.max(...gaps, 80 - embedded.at(-1)!) <= 11, `${gaps}`);
  assert.ok(new Set(gaps).size > 4, `${gaps}`);
});

import assert from "node:assert/strict";
import { decodePhoto } from "../../lib/image/decode.ts";
import type { Box, Photo } from "../../lib/image/photo.ts";
import { createPassiveNetworks } from "../../lib/liveness/passive_networks.ts";
import { startBackend } from "../../lib/engine/tensors/backend.ts";
import { numTensors } from "../tensor_balance.ts";

const frame = async (name: string) =>
  await decodePhoto(
    await Deno.readFile(
      new URL(`../photos/liveness/${name}.jpg`, import.meta.url),
    ),
  );
const face: Box = { x: 90, y: 110, width: 140, height: 170 };

/** The photo on a larger grey one. */
function padded(photo: Photo, left: number, top: number): Photo {
  const width = photo.width + left + 7;
  const height = photo.height + top + 11;
  const data = new Uint8Array(width * height * 3).fill(90);
  for (let y = 0; y < photo.height; y++) {
    const row = photo.data.subarray(
      y * photo.width * 3,
      (y + 1) * photo.width * 3,
    );
    data.set(row, ((y + top) * width + left) * 3);
  }
  return { data, width, height };
}

Deno.test({
  name:
    "score() answers numbers in 0..1 for any box, depends on the face and not on where it stands, and leaves no tensor",
  async fn() {
    await startBackend();
    const before = numTensors();
    const networks = await createPassiveNetworks();
    const loaded = numTensors();
    const photo = await frame("andrew/blink_00");
    const boxes = [
      face,
      { ...face, x: -60 },
      { ...face, y: 300 },
      { x: 159, y: 199, width: 1, height: 1 },
      { x: 0, y: 0, width: photo.width, height: photo.height },
    ];
    for (const box of boxes) {
      const scores = await networks.score(photo, box);
      for (const score of Object.values(scores)) {
        assert.ok(score >= 0 && score <= 1, `${score}`);
      }
    }
    const here = await networks.score(photo, face);
    const moved = await networks.score(padded(photo, 40, 25), {
      ...face,
      x: face.x + 40,
      y: face.y + 25,
    });
    const other = await networks.score(await frame("dalila/blink_00"), face);
    for (const name of ["antispoof", "liveness"] as const) {
      assert.ok(Math.abs(here[name] - moved[name]) < 0.01, name);
      assert.ok(Math.abs(here[name] - other[name]) > 1e-4, name);
    }
    assert.equal(numTensors(), loaded);
    networks.dispose();
    assert.equal(numTensors(), before);
  },
});

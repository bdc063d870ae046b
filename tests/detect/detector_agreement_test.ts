/** Our SSD and YOLO against face-api's own, on the samples and on face-api's demo photos. */
import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import type { Detection } from "../../lib/detect/face_detector.ts";
import { createPlainSsdDetector } from "../oracles/plain_ssd_detector.ts";
import { createPlainTinyDetector } from "../oracles/plain_tiny_detector.ts";
import { createSsdDetector } from "../../lib/detect/ssd_detector.ts";
import { createTinyDetector } from "../../lib/detect/tiny_detector.ts";
import { decodePhoto } from "../../lib/image/decode.ts";
import { startBackend } from "../../lib/engine/tensors/backend.ts";
import { numTensors } from "../tensor_balance.ts";

/** Folding changes the order of float32 sums only. */
const toleranceBoxPx = 0.05;
const toleranceScore = 1e-4;

const project = new URL("../../", import.meta.url);
const demo = new URL(
  "../demo/",
  import.meta.resolve("@vladmandic/face-api/dist/face-api.node-wasm.js"),
);
const photos = [
  ...["andrew_01.jpg", "beatriz/beatriz_02.jpg", "edgar/edgar_03.jpg"].map(
    (name) => new URL(`registration_photos/${name}`, project),
  ),
  ...["two_people.jpg", "tilted_40.jpg", "small.jpg", "dark.jpg", "back.jpg"]
    .map((name) => new URL(`tests/photos/${name}`, project)),
  ...[1, 2, 3, 4, 5, 6].map((n) => new URL(`sample${n}.jpg`, demo)),
];

for (
  const { create, createPlain, leastFaces } of [
    {
      create: createSsdDetector,
      createPlain: createPlainSsdDetector,
      leastFaces: 24,
    },
    {
      create: createTinyDetector,
      createPlain: createPlainTinyDetector,
      leastFaces: 20,
    },
  ]
) {
  Deno.test(`${create.name}() finds face-api's faces, boxes within 0.05 px and scores within 0.0001, and keeps no tensor`, async () => {
    await startBackend();
    const before = numTensors();
    const fast = await create();
    const plain = await createPlain();
    const loaded = numTensors();
    let faces = 0;
    for (const url of photos) {
      const photo = await decodePhoto(await Deno.readFile(url));
      const found = await fast.detect(photo);
      assertSame(found, await plain.detect(photo), fileURLToPath(url));
      faces += found.length;
    }
    assert.ok(faces >= leastFaces, `${faces} faces`);
    assert.equal(numTensors(), loaded);
    fast.dispose();
    plain.dispose();
    assert.equal(numTensors(), before);
  });
}

function assertSame(
  found: readonly Detection[],
  expected: readonly Detection[],
  name: string,
): void {
  assert.equal(found.length, expected.length, name);
  found.forEach(({ box, score }, i) => {
    const other = expected[i]!;
    for (const side of ["x", "y", "width", "height"] as const) {
      const apart = Math.abs(box[side] - other.box[side]);
      assert.ok(apart < toleranceBoxPx, `${name}: ${side} is ${apart} px off`);
    }
    assert.ok(Math.abs(score - other.score) < toleranceScore, name);
  });
}

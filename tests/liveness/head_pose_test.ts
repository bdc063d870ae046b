import assert from "node:assert/strict";
import { decodePhoto } from "../../lib/image/decode.ts";
import {
  createFaceMeshes,
  type FaceMesh,
} from "../../lib/liveness/face_mesh.ts";
import { headPose } from "../../lib/liveness/head_pose.ts";
import { startBackend } from "../../lib/engine/tensors/backend.ts";
import { numTensors } from "../tensor_balance.ts";
import manifest from "../photos/light/manifest.json" with { type: "json" };

const photo = async (person: string, frame: string) =>
  await decodePhoto(
    await Deno.readFile(`tests/photos/light/${person}/${frame}.room.jpg`),
  );
/** About where the faces of the frames lie. */
const box = { x: 60, y: 70, width: 200, height: 230 };

Deno.test("headPose() follows the true turn of rendered heads within 3.5 degrees of a line through it, and leaves no tensor behind", async () => {
  await startBackend();
  const before = numTensors();
  const meshes = await createFaceMeshes();
  const loaded = numTensors();
  for (const [person, { frames }] of Object.entries(manifest.people)) {
    const pairs: [number, number][] = [];
    let last: FaceMesh | null = null;
    for (const { frame, yawDeg } of frames) {
      const mesh = await meshes.find(await photo(person, frame), last ?? box);
      assert.ok(mesh.score > 0.9, `${person} ${frame}`);
      // A turn begins where another ended: the box is looked at anew.
      last = frame.endsWith("05") ? null : mesh;
      pairs.push([yawDeg, headPose(mesh).yawDeg]);
    }
    const sum = (of: (x: number, y: number) => number) =>
      pairs.reduce((total, [x, y]) => total + of(x, y), 0);
    const slope = sum((x, y) => x * y) / sum((x) => x * x);
    assert.ok(slope > 0.9 && slope < 1.3, `${person}: slope ${slope}`);
    for (const [x, y] of pairs) {
      assert.ok(Math.abs(y - slope * x) < 3.5, `${person}: ${x} seen as ${y}`);
    }
  }
  assert.equal(numTensors(), loaded);
  meshes.dispose();
  assert.equal(numTensors(), before);
});

Deno.test("a face mesh scores what is no face low", async () => {
  const meshes = await createFaceMeshes();
  const [width, height] = [320, 400];
  const data = new Uint8Array(width * height * 3).fill(120);
  assert.ok((await meshes.find({ data, width, height }, box)).score < 0.5);
  meshes.dispose();
});

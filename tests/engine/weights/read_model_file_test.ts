import assert from "node:assert/strict";
import { WeightsError } from "../../../lib/errors.ts";
import { modelFile, modelFiles } from "../../../lib/engine/weights/manifest.ts";
import {
  checkModelBytes,
  modelPath,
  readModelFile,
} from "../../../lib/engine/weights/read_model_file.ts";

Deno.test("readModelFile() reads every file inside an npm package that the manifest names", async () => {
  const packaged = modelFiles.filter(({ location }) =>
    location.startsWith("npm:")
  );
  assert.equal(packaged.length, 12);
  for (const { name, bytes } of packaged) {
    assert.equal((await readModelFile(name)).length, bytes);
  }
});

Deno.test("checkModelBytes() refuses a file of which one byte differs", async () => {
  const name = "tiny_face_detector_model.bin";
  const bytes = await Deno.readFile(modelPath(name));
  for (const place of [0, bytes.length >> 1, bytes.length - 1]) {
    const changed = bytes.slice();
    changed[place]! ^= 1;
    await assert.rejects(
      checkModelBytes(name, changed),
      (error) =>
        error instanceof WeightsError && /deno install/.test(error.message),
    );
  }
  await assert.rejects(checkModelBytes(name, bytes.slice(1)), WeightsError);
  await checkModelBytes(name, bytes);
});

Deno.test("the manifest states licence, source, purpose and accuracy of every file", () => {
  for (const file of modelFiles) {
    assert.match(file.sha256, /^[0-9a-f]{64}$/);
    for (
      const text of [
        file.licence,
        file.source,
        file.does,
        file.publishedAccuracy,
      ]
    ) {
      assert.ok(text.length > 2, file.name);
    }
  }
});

Deno.test("modelFile() names a file that the manifest does not list", () => {
  assert.throws(() => modelFile("nothing.bin"), /does not list nothing\.bin/);
});

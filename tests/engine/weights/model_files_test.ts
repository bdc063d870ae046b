import assert from "node:assert/strict";
import { WeightsError } from "../../../lib/errors.ts";
import {
  modelFiles,
  modelPath,
  readModelFile,
} from "../../../lib/engine/weights/model_files.ts";

Deno.test("readModelFile() reads every file that needs no fetching", async () => {
  const present = modelFiles.filter(({ url }) => url === undefined);
  assert.equal(present.length, 12);
  for (const { name, bytes } of present) {
    assert.equal((await readModelFile(name)).length, bytes);
  }
});

Deno.test("readModelFile() refuses a file of which one byte differs", async () => {
  const name = "tiny_face_detector_model.bin";
  const bytes = await Deno.readFile(modelPath(name));
  const path = await Deno.makeTempFile();
  const read = async (content: Uint8Array) => {
    await Deno.writeFile(path, content);
    return await readModelFile(name, path);
  };
  for (const place of [0, bytes.length >> 1, bytes.length - 1]) {
    const changed = bytes.slice();
    changed[place]! ^= 1;
    await assert.rejects(
      read(changed),
      (error) =>
        error instanceof WeightsError && /deno install/.test(error.message),
    );
  }
  await assert.rejects(read(bytes.slice(1)), WeightsError);
  assert.deepEqual(await read(bytes), bytes);
  await Deno.remove(path);
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

Deno.test("modelPath() names a file that the manifest does not list", () => {
  assert.throws(() => modelPath("nothing.bin"), /does not list nothing\.bin/);
});

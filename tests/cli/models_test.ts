import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { faceNetFiles } from "../../lib/engine/weights/install_models.ts";
import { modelPath } from "../../lib/engine/weights/model_files.ts";

const faceNetFile = faceNetFiles[0]!.name;

async function models(...args: string[]) {
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["task", "--quiet", "models", ...args],
    cwd: fileURLToPath(new URL("../../", import.meta.url)),
  }).output();
  const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
  return { code, stdout: text(stdout), stderr: text(stderr) };
}

Deno.test("models without a name, or with an unknown one, shows how it is called", async () => {
  for (
    const args of [[], ["dlib"], ["facenet", "mtcnn"], [
      "facenet",
      "--form",
      "x",
    ]]
  ) {
    const { code, stderr } = await models(...args);
    assert.equal(code, 64, args.join(" "));
    assert.match(stderr, /`deno task models --help`/);
  }
});

Deno.test({
  name: "models --from a folder without the file names it",
  ignore: existsSync(modelPath(faceNetFile)),
  async fn() {
    const { code, stderr } = await models(
      "facenet",
      "--from",
      "tests/photos",
    );
    assert.equal(code, 69);
    assert.match(stderr, new RegExp(`${faceNetFile}: .* cannot be read`));
    assert.match(stderr, /1 of 1 files are missing/);
  },
});

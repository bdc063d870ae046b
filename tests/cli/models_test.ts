import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { faceNetFile } from "../../lib/embed/facenet.ts";
import { modelPath } from "../../lib/engine/weights/read_model_file.ts";
import { mtcnnInstalled } from "../facenet_models.ts";

const installed = await mtcnnInstalled();

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
  name:
    "models --from a folder without the large file names it and keeps what is there (needs MTCNN's weights)",
  ignore: !installed || existsSync(modelPath(faceNetFile)),
  async fn() {
    const { code, stdout, stderr } = await models(
      "facenet",
      "--from",
      "tests/photos",
    );
    assert.equal(code, 69);
    for (const name of ["pnet.pt", "rnet.pt", "onet.pt"]) {
      assert.match(stdout, new RegExp(`${name}  \\d+ bytes, present`));
    }
    assert.match(stderr, new RegExp(`${faceNetFile}: .* is missing`));
    assert.match(stderr, /1 of 4 files are missing/);
  },
});

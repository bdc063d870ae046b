import assert from "node:assert/strict";
import { WriteError } from "../../lib/errors.ts";
import { writeFileAtomically } from "../../lib/store/atomic_file.ts";
import { withTempFolder } from "./temp_folder.ts";

Deno.test({
  name:
    "writeFileAtomically() replaces the content and leaves no temporary file",
  fn: () =>
    withTempFolder(async (folder) => {
      const path = `${folder}/kept.json`;
      Deno.writeTextFileSync(`${path}.tmp`, "left by a killed process", {
        mode: 0o644,
      });
      await writeFileAtomically(path, "one");
      await writeFileAtomically(path, new TextEncoder().encode("two"));
      assert.equal(Deno.readTextFileSync(path), "two");
      assert.equal(Deno.statSync(path).mode! & 0o777, 0o600);
      assert.deepEqual([...Deno.readDirSync(folder)].map(({ name }) => name), [
        "kept.json",
      ]);
    }),
});

Deno.test({
  name: "writeFileAtomically() says that the folder is missing",
  fn: () =>
    withTempFolder(async (folder) => {
      await assert.rejects(
        () => writeFileAtomically(`${folder}/nowhere/kept.json`, "x"),
        (error) =>
          error instanceof WriteError &&
          /folder does not exist/.test(error.message),
      );
    }),
});

Deno.test({
  name:
    "writeFileAtomically() keeps the old file when a folder stands where the temporary file goes",
  fn: () =>
    withTempFolder(async (folder) => {
      const path = `${folder}/kept.json`;
      await writeFileAtomically(path, "old");
      Deno.mkdirSync(`${path}.tmp/inner`, { recursive: true });
      await assert.rejects(() => writeFileAtomically(path, "new"), WriteError);
      assert.equal(Deno.readTextFileSync(path), "old");
    }),
});

Deno.test({
  name: "writeFileAtomically() names the missing permission",
  permissions: { read: true, write: false },
  async fn() {
    await assert.rejects(
      () => writeFileAtomically("/tmp/face-sign-in-refused.json", "x"),
      (error) =>
        error instanceof WriteError &&
        /permissions\.faces\.write/.test(error.message),
    );
  },
});

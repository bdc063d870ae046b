import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { openAt } from "./open_at.ts";
import { sampleTemplate } from "./sample_templates.ts";
import { withTempFolder } from "./temp_folder.ts";

Deno.test("what is removed from a SQLite store stands in none of its files any more", () =>
  withTempFolder(async (folder) => {
    const store = await openAt(`${folder}/faces.db`);
    const chip = new TextEncoder().encode("a picture of andrew");
    const andrew = { ...sampleTemplate("andrew", 1), chip };
    const traces = [
      Buffer.from(andrew.vector.buffer),
      Buffer.from(andrew.photoSha256),
      Buffer.from(chip),
    ];
    const found = () => {
      const files = [...Deno.readDirSync(folder)].filter(({ isFile }) => isFile)
        .map(({ name }) => Buffer.from(Deno.readFileSync(`${folder}/${name}`)));
      return traces.map((trace) => files.some((file) => file.includes(trace)));
    };
    await store.put([andrew, sampleTemplate("hana", 2)]);
    assert.deepEqual(found(), [true, true, true]);
    await store.nearestUsers([andrew.vector]);
    await store.remove("andrew");
    assert.deepEqual(found(), [false, false, false]);
    await store.put([{ ...andrew, user: "zoe" }]);
    assert.equal(await store.removePhoto("zoe", andrew.photo), true);
    assert.deepEqual(found(), [false, false, false]);
    await store.close();
  }));

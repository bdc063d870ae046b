import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import sharp from "sharp";
import { listPhotos } from "../../lib/recognize/photo_files.ts";

const photoCount = 100;
/** Photos after which caches are filled and memory should stand still. */
const warmUp = 30;
/** Photos over which the lowest memory is taken: a leak raises it, garbage not yet collected does not. */
const windowPhotos = 20;
/** What the allocator may keep, MB; a leak of one decoded photo each time would be 50 MB. */
const slackMb = 35;

const script = fileURLToPath(new URL("long_run_process.ts", import.meta.url));

Deno.test({
  name: "registering 100 photos in one process keeps tensors and memory flat",
  // Memory is read from /proc.
  ignore: Deno.build.os !== "linux",
  async fn() {
    const folder = await Deno.makeTempDir();
    const originals = await listPhotos("registration_photos", "andrew");
    for (let i = 0; i < photoCount; i++) {
      const { path } = originals[i % originals.length]!;
      const quality = 60 + Math.floor(i / originals.length);
      const copy = await sharp(path).jpeg({ quality }).toBuffer();
      const name = String(i).padStart(3, "0");
      await Deno.writeFile(`${folder}/${name}.jpg`, copy);
    }
    const { success, stdout, stderr } = await new Deno.Command(
      Deno.execPath(),
      {
        args: ["run", "--allow-all", "--v8-flags=--expose-gc", script, folder],
        env: { MALLOC_ARENA_MAX: "2" }, // as the task sets it
      },
    ).output();
    assert.ok(success, new TextDecoder().decode(stderr));
    const { outcomes, tensors, residentMb } = JSON.parse(
      new TextDecoder().decode(stdout),
    );
    assert.deepEqual(outcomes, new Array(photoCount).fill("added"));
    assert.equal(new Set(tensors).size, 1, "tensors after each photo");
    const lowest = (from: number) =>
      Math.min(...residentMb.slice(from, from + windowPhotos));
    const growthMb = lowest(photoCount - windowPhotos) - lowest(warmUp);
    assert.ok(growthMb < slackMb, `memory grew by ${growthMb.toFixed(0)} MB`);
    await Deno.remove(folder, { recursive: true });
  },
});

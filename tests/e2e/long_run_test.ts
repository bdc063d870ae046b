import assert from "node:assert/strict";
import sharp from "sharp";
import { listPhotos } from "../../lib/recognize/photo_files.ts";
import { createRecognizer } from "../../lib/recognize/recognizer.ts";
import { registerPhotos } from "../../lib/recognize/register.ts";
import { openJsonStore } from "../../lib/store/json_store.ts";
import { numTensors } from "../../lib/tensor/backend.ts";
import { readSettings } from "../../lib/config.ts";

const photoCount = 200;
/** Photos after which caches are filled and memory should stand still. */
const warmUp = 60;
/** Photos over which the lowest memory is taken: a leak raises it, garbage not yet collected does not. */
const windowPhotos = 40;
/** What the allocator may keep, MB; a leak of one decoded photo each time would be 140 MB. */
const slackMb = 90;

Deno.test("registering 200 photos in one process keeps tensors and memory flat", async () => {
  const folder = await Deno.makeTempDir();
  const originals = await listPhotos("registration_photos", "andrew");
  for (let i = 0; i < photoCount; i++) {
    const { path } = originals[i % originals.length]!;
    const quality = 60 + Math.floor(i / originals.length);
    const copy = await sharp(path).jpeg({ quality }).toBuffer();
    await Deno.writeFile(`${folder}/${String(i).padStart(3, "0")}.jpg`, copy);
  }
  const recognizer = await createRecognizer(readSettings({}));
  const store = await openJsonStore(`${folder}/embeddings.json`, recognizer);
  const tensors: number[] = [];
  const rssMb: number[] = [];
  const results = await registerPhotos(
    recognizer,
    store,
    await listPhotos(folder, "many"),
    {
      savePath: `${folder}/chips`,
      onProgress: () => {
        tensors.push(numTensors());
        rssMb.push(Deno.memoryUsage().rss / 1e6);
      },
    },
  );
  assert.equal(
    results.filter(({ outcome }) => outcome === "added").length,
    photoCount,
  );
  assert.equal(new Set(tensors).size, 1, "tensors after each photo");
  const lowest = (from: number) =>
    Math.min(...rssMb.slice(from, from + windowPhotos));
  const growthMb = lowest(photoCount - windowPhotos) - lowest(warmUp);
  assert.ok(growthMb < slackMb, `memory grew by ${growthMb.toFixed(0)} MB`);
  recognizer.dispose();
  await Deno.remove(folder, { recursive: true });
});

import assert from "node:assert/strict";
import { NoFaceError, PhotoError, WeightsError } from "../../lib/errors.ts";
import { localDescriber } from "../../lib/recognize/describe_photo.ts";
import {
  createPhotoPool,
  type DescribedPhoto,
  describePhotos,
  workerCount,
} from "../../lib/recognize/pool.ts";
import { fromSent, toSent } from "../../lib/recognize/pool_messages.ts";
import { createRecognizer } from "../../lib/recognize/recognizer.ts";

const config = { detector: "ssd", align: "rotate", mirror: true } as const;
const crashing = new URL("crashing_worker.ts", import.meta.url);

Deno.test({
  name:
    "describePhotos() with two workers says what one recognizer says, in order, and lets bad photos fail alone",
  async fn() {
    const paths = [
      "registration_photos/andrew_01.jpg",
      "deno.json",
      "registration_photos/beatriz/beatriz_01.jpg",
      "tests/photos/back.jpg",
      "no_such_photo.jpg",
      "tests/photos/two_people.jpg",
    ];
    const described: DescribedPhoto[] = [];
    const progress: number[] = [];
    for await (
      const photo of describePhotos(paths, {
        config,
        workers: 2,
        embed: "all",
        onProgress: (done) => progress.push(done),
      })
    ) described.push(photo);
    assert.deepEqual(described.map(({ path }) => path), paths);
    assert.deepEqual(progress, [1, 2, 3, 4, 5, 6]);
    assert.ok(described[1]!.problem instanceof PhotoError);
    assert.ok(described[3]!.problem instanceof NoFaceError);
    assert.match(described[4]!.problem!.message, /no_such_photo.jpg/);

    const recognizer = await createRecognizer(config);
    const local = localDescriber(recognizer);
    for (const photo of described) {
      if (photo.problem !== undefined) continue;
      const { path, problem: _none, ...description } = photo;
      const bytes = await Deno.readFile(path);
      assert.deepEqual(description, await local.describe(bytes, path, "all"));
    }
    recognizer.dispose();
  },
});

Deno.test({
  name: "a worker that crashes takes its photo with it and is replaced",
  async fn() {
    const pool = createPhotoPool({ config, workers: 1, script: crashing });
    const results = await Promise.allSettled(
      ["fine", "crash", "fine", "crash", "fine"].map((name) =>
        pool.describe(new Uint8Array(8), name)
      ),
    );
    assert.deepEqual(
      results.map(({ status }) => status),
      ["fulfilled", "rejected", "fulfilled", "rejected", "fulfilled"],
    );
    const { reason } = results[1] as PromiseRejectedResult;
    assert.ok(reason instanceof PhotoError);
    assert.match(reason.message, /crash made its worker crash/);
    pool.close();
  },
});

Deno.test({
  name: "a closed pool fails what waits in it instead of hanging",
  async fn() {
    const pool = createPhotoPool({ config, workers: 1, script: crashing });
    const waiting = ["a", "b", "c"].map((name) =>
      pool.describe(new Uint8Array(8), name)
    );
    pool.close();
    for (const { status } of await Promise.allSettled(waiting)) {
      assert.equal(status, "rejected");
    }
  },
});

Deno.test({
  name: "handing a part of a buffer to the pool leaves the rest in place",
  async fn() {
    const pool = createPhotoPool({ config, workers: 1, script: crashing });
    const whole = new Uint8Array(16);
    await pool.describe(whole.subarray(4, 8), "fine");
    assert.equal(whole.byteLength, 16);
    pool.close();
  },
});

Deno.test({
  name: "workerCount() follows cores and memory, and is never less than one",
  fn() {
    assert.equal(workerCount(4, 100e9), 4);
    assert.equal(workerCount(8, 1e9), 3);
    assert.equal(workerCount(2, 1e6), 1);
    assert.equal(workerCount(128, 1e12), 16);
  },
});

Deno.test({
  name: "an error keeps its class and sentence on its way out of a worker",
  fn() {
    for (const Kind of [PhotoError, NoFaceError, WeightsError]) {
      const arrived = fromSent(structuredClone(toSent(new Kind("so it is."))));
      assert.ok(arrived instanceof Kind);
      assert.equal(arrived.message, "so it is.");
    }
    const odd = fromSent(structuredClone(toSent(new RangeError("odd"))));
    assert.match(odd.message, /odd/);
  },
});

import assert from "node:assert/strict";
import { euclideanDistance } from "../../lib/match/distance.ts";
import { createRotation } from "../../lib/store/seal/rotation.ts";
import { sampleVector } from "./sample_templates.ts";

const key = (byte: number) => new Uint8Array(32).fill(byte);

Deno.test({
  name: "a keyed rotation leaves all distances as they were",
  async fn() {
    for (const dimensions of [1, 8, 128]) {
      const turn = await createRotation(key(1), dimensions);
      const vectors = Array.from(
        { length: 20 },
        (_, i) => sampleVector(i, dimensions),
      );
      for (const a of vectors) {
        for (const b of vectors) {
          const before = euclideanDistance(a, b);
          assert.ok(
            Math.abs(euclideanDistance(turn(a), turn(b)) - before) < 1e-5,
          );
        }
      }
    }
  },
});

Deno.test({
  name:
    "the same key turns the same way, another key makes vectors that cannot be linked",
  async fn() {
    const vectors = Array.from({ length: 50 }, (_, i) => sampleVector(i, 128));
    const [one, again, two] = [
      await createRotation(key(1), 128),
      await createRotation(key(1), 128),
      await createRotation(key(2), 128),
    ];
    for (const vector of vectors) {
      assert.deepEqual(one(vector), again(vector));
      // As far apart as two unrelated vectors of this length: the square root of 2 times the length.
      const length = euclideanDistance(vector, new Float32Array(128));
      for (
        const [a, b] of [[one(vector), two(vector)], [
          one(vector),
          vector,
        ]] as const
      ) {
        const ratio = euclideanDistance(a, b) / length;
        assert.ok(ratio > 1 && ratio < 1.8, `${ratio}`);
      }
    }
  },
});

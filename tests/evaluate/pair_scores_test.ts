import assert from "node:assert/strict";
import { sortFloats } from "../../lib/evaluate/pair_scores.ts";
import { seededNormal } from "./helpers.ts";

Deno.test("sortFloats() sorts as TypedArray.sort does", () => {
  const normal = seededNormal(8);
  for (const count of [0, 1, 2, 3, 100, 5000]) {
    const values = Float32Array.from({ length: count }, () => normal());
    assert.deepEqual(sortFloats(values.slice()), values.slice().sort());
  }
  const edges = [Infinity, -Infinity, 0, -0, 1e-45, -1e-45, 3.4e38, 1, 1, -1];
  assert.deepEqual(
    sortFloats(Float32Array.from(edges)),
    Float32Array.from(edges).sort(),
  );
});

Deno.test("sortFloats() sorts a view and leaves what lies around it", () => {
  const all = Float32Array.of(9, 3, 1, 2, 0);
  sortFloats(all.subarray(1, 4));
  assert.deepEqual([...all], [9, 1, 2, 3, 0]);
});

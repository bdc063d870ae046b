import assert from "node:assert/strict";
import { sortScores } from "../../lib/evaluate/pair_scores.ts";
import { seededNormal } from "./helpers.ts";

Deno.test("sortScores() sorts as TypedArray.sort does and leaves what it was given", () => {
  const normal = seededNormal(8);
  const sets = [0, 1, 2, 3, 100, 5000]
    .map((count) => Float32Array.from({ length: count }, () => normal()));
  const edges = [Infinity, -Infinity, 0, -0, 1e-45, -1e-45, 3.4e38, 1, 1, -1];
  for (const values of [...sets, Float32Array.from(edges)]) {
    const given = values.slice();
    const { genuine, impostor } = sortScores(values, [...values].reverse());
    assert.deepEqual(genuine, values.slice().sort());
    assert.deepEqual(impostor, genuine);
    assert.deepEqual(values, given);
  }
});

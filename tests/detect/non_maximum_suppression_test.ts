import assert from "node:assert/strict";
import { suppressNonMaxima } from "../../lib/detect/non_maximum_suppression.ts";

const box = (left: number, top: number, side: number, score: number) => ({
  left,
  top,
  right: left + side,
  bottom: top + side,
  score,
});

Deno.test("suppressNonMaxima() by the smaller box sees a small box inside a large one, by the union it does not", () => {
  const boxes = [box(0, 0, 20, 1), box(2, 2, 4, 0.9)];
  assert.equal(suppressNonMaxima(boxes, 0.9, "smaller").length, 1);
  // 16 of 400 px are shared.
  assert.equal(suppressNonMaxima(boxes, 0.041, "union").length, 2);
  assert.equal(suppressNonMaxima(boxes, 0.039, "union").length, 1);
});

Deno.test("suppressNonMaxima() keeps boxes that are apart, and of each pile the one with the best score", () => {
  const boxes = Array.from(
    { length: 60 },
    (_, i) => box(i % 5 * 50 + i % 3, i % 2, 30, (i * 37 % 60 + 1) / 61),
  );
  const kept = suppressNonMaxima(boxes, 0.5, "union");
  assert.equal(kept.length, 5);
  for (const one of boxes) {
    const best = kept.find(({ left }) => Math.abs(left - one.left) < 30)!;
    assert.ok(best.score >= one.score);
  }
  assert.deepEqual(kept, kept.toSorted((a, b) => b.score - a.score));
  assert.deepEqual(
    suppressNonMaxima(kept, 0.5, "union"),
    kept,
    "a second time changes nothing",
  );
});

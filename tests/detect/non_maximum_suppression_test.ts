import assert from "node:assert/strict";
import {
  overlap,
  suppressNonMaxima,
} from "../../lib/detect/non_maximum_suppression.ts";

const box = (left: number, top: number, side: number, score: number) => ({
  left,
  top,
  right: left + side,
  bottom: top + side,
  score,
});

Deno.test("overlap() is 1 for the same box, 0 for boxes apart, the same both ways round", () => {
  const boxes = [
    box(0, 0, 10, 1),
    box(5, 5, 10, 1),
    box(-3, 2, 4, 1),
    box(100, 0, 9, 1),
  ];
  for (const measure of ["union", "smaller"] as const) {
    for (const a of boxes) {
      assert.equal(overlap(a, a, measure), 1);
      for (const b of boxes) {
        const share = overlap(a, b, measure);
        assert.equal(share, overlap(b, a, measure));
        assert.ok(share >= 0 && share <= 1);
      }
    }
    assert.equal(overlap(boxes[0]!, boxes[3]!, measure), 0);
  }
});

Deno.test("overlap() by the smaller box sees a small box inside a large one, by the union it does not", () => {
  const inside = box(2, 2, 4, 1), around = box(0, 0, 20, 1);
  assert.equal(overlap(inside, around, "smaller"), 1);
  assert.equal(overlap(inside, around, "union"), 16 / 400);
});

Deno.test("suppressNonMaxima() keeps boxes that are apart, and of each pile the one with the best score", () => {
  const boxes = Array.from(
    { length: 60 },
    (_, i) => box(i % 5 * 50 + i % 3, i % 2, 30, (i * 37 % 60 + 1) / 61),
  );
  const kept = suppressNonMaxima(boxes, 0.5, "union");
  assert.equal(kept.length, 5);
  for (const one of boxes) {
    const best = kept.find((other) => overlap(one, other, "union") > 0.5)!;
    assert.ok(best.score >= one.score);
  }
  assert.deepEqual(kept, kept.toSorted((a, b) => b.score - a.score));
  assert.deepEqual(
    suppressNonMaxima(kept, 0.5, "union"),
    kept,
    "a second time changes nothing",
  );
});

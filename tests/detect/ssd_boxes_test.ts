import assert from "node:assert/strict";
import {
  decodeBoxes,
  overlap,
  type SsdBox,
  suppressOverlaps,
} from "../../lib/detect/ssd_boxes.ts";

function randomBoxes(count: number, seed: number): SsdBox[] {
  let state = seed;
  const random = () => (state = state * 48271 % 2147483647) / 2147483647;
  return Array.from({ length: count }, () => {
    const top = random(), left = random();
    return {
      top,
      left,
      bottom: top + 0.05 + random() * 0.5,
      right: left + 0.05 + random() * 0.5,
      score: random(),
    };
  });
}

Deno.test({
  name: "overlap() is 1 with itself, 0 apart, a third for squares half shared",
  fn() {
    const square = { top: 0, left: 0, bottom: 1, right: 1 };
    assert.equal(overlap(square, square), 1);
    assert.equal(overlap(square, { ...square, left: 1, right: 2 }), 0);
    const shifted = { ...square, left: 0.5, right: 1.5 };
    assert.ok(Math.abs(overlap(square, shifted) - 1 / 3) < 1e-12);
  },
});

Deno.test({
  name:
    "suppressOverlaps() keeps no two boxes that overlap, and drops none without a better one in its way",
  fn() {
    for (let seed = 1; seed <= 50; seed++) {
      const boxes = randomBoxes(40, seed);
      const kept = suppressOverlaps(boxes, 0.3);
      for (const a of kept) {
        assert.ok(kept.every((b) => a === b || overlap(a, b) <= 0.3));
      }
      for (const box of boxes) {
        const inTheWay = (other: SsdBox) =>
          other.score >= box.score && overlap(box, other) > 0.3;
        assert.ok(kept.includes(box) || kept.some(inTheWay));
      }
    }
  },
});

Deno.test({
  name: "decodeBoxes() gives the anchor itself for zeros, above the score only",
  fn() {
    const anchors = Float32Array.of(0.25, 0.25, 0.75, 0.5, 0, 0, 1, 1);
    const output = {
      boxes: new Float32Array(8),
      logits: Float32Array.of(2, -2),
    };
    const [box, ...others] = decodeBoxes(output, anchors, 0.5);
    assert.equal(others.length, 0);
    const { score, ...sides } = box!;
    assert.deepEqual(sides, {
      top: 0.25,
      left: 0.25,
      bottom: 0.75,
      right: 0.5,
    });
    assert.ok(Math.abs(score - 1 / (1 + Math.exp(-2))) < 1e-7);
  },
});

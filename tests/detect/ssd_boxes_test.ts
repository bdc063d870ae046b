import assert from "node:assert/strict";
import { decodeBoxes } from "../../lib/detect/ssd_boxes.ts";

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

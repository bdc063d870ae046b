import assert from "node:assert/strict";
import { AreaResizer } from "../../lib/image/area_resize.ts";
import { uniform } from "../embed/formula_weights.ts";

const width = 37, height = 23;
const photo = {
  data: Uint8Array.from(uniform("area", width * height * 3), (u) => u * 256),
  width,
  height,
};

Deno.test("AreaResizer averages whole pixels as torch's adaptive pooling does, larger and smaller", () => {
  const resizer = new AreaResizer(photo);
  const rects = [
    { left: 0, top: 0, right: width, bottom: height },
    { left: 5, top: 3, right: 6, bottom: 20 },
    { left: 30, top: 1, right: 37, bottom: 9 },
  ];
  for (const rect of rects) {
    for (const [w, h] of [[1, 1], [4, 5], [24, 24], [50, 40]] as const) {
      const out = new Float32Array(w * h * 4 + 7);
      resizer.standardise(rect, w, h, out, 7);
      for (let i = 0; i < w * h * 4; i++) {
        const [c, u, v] = [i % 4, Math.floor(i / 4) % w, Math.floor(i / 4 / w)];
        const expected = c === 3
          ? 0
          : (average(rect, u / w, (u + 1) / w, v / h, (v + 1) / h, c) - 127.5) /
            128;
        assert.ok(
          Math.abs(out[i + 7]! - expected) < 1e-6,
          `${w} x ${h} at ${i}`,
        );
      }
    }
  }
});

/** Mean of one channel over the pixels that a window, given in shares of the rectangle, touches. */
function average(
  rect: { left: number; top: number; right: number; bottom: number },
  fromX: number,
  toX: number,
  fromY: number,
  toY: number,
  channel: number,
): number {
  const spanX = rect.right - rect.left, spanY = rect.bottom - rect.top;
  let sum = 0, count = 0;
  for (let y = 0; y < spanY; y++) {
    for (let x = 0; x < spanX; x++) {
      const touched = x + 1 > fromX * spanX + 1e-9 && x < toX * spanX - 1e-9 &&
        y + 1 > fromY * spanY + 1e-9 && y < toY * spanY - 1e-9;
      if (!touched) continue;
      sum += photo
        .data[((rect.top + y) * width + rect.left + x) * 3 + channel]!;
      count++;
    }
  }
  return sum / count;
}

/** The SIMD kernels of resize() and sampleSquare() against the same formulas written plainly. */
import assert from "node:assert/strict";
import type { Photo } from "../../lib/image/photo.ts";
import { resize } from "../../lib/image/resize.ts";
import { sampleSquare } from "../../lib/image/sample.ts";
import type { Similarity } from "../../lib/image/similarity.ts";

function noise(width: number, height: number): Photo {
  let state = width * 1000 + height;
  const random = () => (state = state * 48271 % 2147483647) & 255;
  return {
    data: Uint8Array.from({ length: width * height * 3 }, random),
    width,
    height,
  };
}

/** Triangle filter, each output pixel for itself. */
function plainResize(photo: Photo, width: number, height: number): number[] {
  const taps = (from: number, to: number, index: number) => {
    const reach = Math.max(1, from / to);
    const centre = (index + 0.5) * from / to - 0.5;
    const weights = Array.from(
      { length: from },
      (_, i) => Math.max(0, 1 - Math.abs(i - centre) / reach),
    );
    const sum = weights.reduce((a, b) => a + b);
    return weights.map((weight, i) => ({ i, weight: weight / sum }))
      .filter(({ weight }) => weight > 0);
  };
  const columns = Array.from(
    { length: width },
    (_, x) => taps(photo.width, width, x),
  );
  return Array.from({ length: height }, (_, y) => taps(photo.height, height, y))
    .flatMap((rows) =>
      columns.flatMap((column) =>
        [0, 1, 2].map((channel) => {
          let sum = 0;
          for (const row of rows) {
            for (const { i, weight } of column) {
              sum += row.weight * weight *
                photo.data[(row.i * photo.width + i) * 3 + channel]!;
            }
          }
          return sum;
        })
      )
    );
}

/** One channel of one bilinear sample. */
function sampleAt(
  { data, width, height }: Photo,
  x: number,
  y: number,
  channel: number,
): number {
  const cx = Math.min(Math.max(x, 0), width - 1);
  const cy = Math.min(Math.max(y, 0), height - 1);
  const [left, top] = [Math.floor(cx), Math.floor(cy)];
  const at = (px: number, py: number) =>
    data[
      (Math.min(py, height - 1) * width + Math.min(px, width - 1)) * 3 + channel
    ]!;
  const [fx, fy] = [cx - left, cy - top];
  return (1 - fy) * ((1 - fx) * at(left, top) + fx * at(left + 1, top)) +
    fy * ((1 - fx) * at(left, top + 1) + fx * at(left + 1, top + 1));
}

function plainSample(
  photo: Photo,
  { a, b, tx, ty }: Similarity,
  sizePx: number,
): number[] {
  const perSide = Math.max(1, Math.ceil(Math.hypot(a, b) - 0.25));
  const offsets = Array.from(
    { length: perSide },
    (_, i) => (i + 0.5) / perSide - 0.5,
  );
  const pixels: number[] = [];
  for (let v = 0; v < sizePx; v++) {
    for (let u = 0; u < sizePx; u++) {
      for (let channel = 0; channel < 3; channel++) {
        let sum = 0;
        for (const dv of offsets) {
          for (const du of offsets) {
            const x = a * (u + du) - b * (v + dv) + tx;
            const y = b * (u + du) + a * (v + dv) + ty;
            sum += sampleAt(photo, x, y, channel);
          }
        }
        pixels.push(sum / perSide ** 2);
      }
    }
  }
  return pixels;
}

function assertRounded(
  own: Uint8Array,
  exact: readonly number[],
  slack: number,
): void {
  assert.equal(own.length, exact.length);
  own.forEach((value, i) =>
    assert.ok(
      Math.abs(value - exact[i]!) < 0.5 + slack,
      `${value} is not ${exact[i]}`,
    )
  );
}

Deno.test("resize() rounds what a triangle filter gives, larger, smaller and down to one pixel", () => {
  for (
    const [width, height, toWidth, toHeight] of [
      [97, 61, 30, 20],
      [40, 30, 41, 29],
      [9, 7, 30, 21],
      [64, 3, 16, 1],
      [1, 1, 4, 4],
      [5, 200, 1, 16],
    ] as const
  ) {
    const photo = noise(width, height);
    const { data } = resize(photo, toWidth, toHeight);
    assertRounded(data, plainResize(photo, toWidth, toHeight), 0.01);
  }
});

Deno.test("sampleSquare() averages bilinear samples to within a level, turned, shrunk, enlarged and beyond the edge", () => {
  const photo = noise(90, 70);
  for (
    const map of [
      { a: 1, b: 0, tx: 0, ty: 0 },
      { a: 0.4, b: 0.2, tx: 10.3, ty: 20.7 },
      { a: 2.6, b: -1.1, tx: -20, ty: 40 },
      { a: -1.5, b: 0.5, tx: 80, ty: 80 },
      { a: 1, b: 0, tx: 500, ty: -500 },
    ]
  ) {
    // Places are rounded to 1/2048 px, at most 255 levels from one pixel to the next.
    const { data } = sampleSquare(photo, map, 24);
    assertRounded(data, plainSample(photo, map, 24), 0.4);
  }
  const single = noise(1, 1);
  const { data } = sampleSquare(single, { a: 1, b: 0, tx: 0, ty: 0 }, 3);
  assert.deepEqual([...data.subarray(6, 9)], [...single.data]);
});

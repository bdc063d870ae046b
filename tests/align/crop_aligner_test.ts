import assert from "node:assert/strict";
import { createCropAligner } from "../../lib/align/crop_aligner.ts";
import { randomNumbers } from "../random_numbers.ts";

const random = randomNumbers(5);
const width = 300, height = 200;
const photo = {
  data: Uint8Array.from({ length: width * height * 3 }, () => random() * 256),
  width,
  height,
};
const landmarks = { points: [] };

function cropOf(
  box: { x: number; y: number; width: number; height: number },
  marginPx = 0,
) {
  return createCropAligner(marginPx).align(
    photo,
    { box, score: 1 },
    landmarks,
    160,
  );
}

Deno.test("the crop of a box of the chip's own size is its pixels, unchanged", () => {
  const chip = cropOf({ x: 20.9, y: 10.2, width: 160, height: 160 });
  for (let y = 0; y < 160; y++) {
    const from = ((10 + y) * width + 20) * 3;
    assert.deepEqual(
      chip.data.slice(y * 480, (y + 1) * 480),
      photo.data.slice(from, from + 480),
    );
  }
});

Deno.test("the crop of one grey is that grey, enlarged, reduced or cut at the photo's edge", () => {
  const grey = { ...photo, data: new Uint8Array(photo.data.length).fill(77) };
  for (
    const box of [
      { x: 5, y: 5, width: 7, height: 9 },
      { x: -30, y: -40, width: 500, height: 400 },
      { x: 299.5, y: 199.5, width: 30, height: 30 },
      { x: -50, y: -50, width: 20, height: 20 },
    ]
  ) {
    const chip = createCropAligner(20).align(
      grey,
      { box, score: 1 },
      landmarks,
      160,
    );
    assert.deepEqual([chip.width, chip.height, chip.data.length], [
      160,
      160,
      76_800,
    ]);
    assert.ok(chip.data.every((value) => value === 77));
  }
});

Deno.test("a margin widens the box by its share of the chip, and shows in the aligner's id", () => {
  // 32 px of 160: the box itself keeps 128, so 128 px of photo become 160.
  const box = { x: 50, y: 20, width: 128, height: 128 };
  const wide = { x: 34, y: 4, width: 160, height: 160 };
  assert.deepEqual(cropOf(box, 32), cropOf(wide));
  assert.equal(createCropAligner(32).id, "crop32");
  assert.equal(createCropAligner().id, "crop");
});

Deno.test("reducing averages: the chip's mean is the box's within a grey level", () => {
  const chip = cropOf({ x: 0, y: 0, width, height });
  const mean = (values: Uint8Array) =>
    values.reduce((a, b) => a + b, 0) / values.length;
  assert.ok(Math.abs(mean(chip.data) - mean(photo.data)) < 1);
});

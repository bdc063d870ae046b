import assert from "node:assert/strict";
import {
  colorAt,
  drawLightSequence,
  lightLooksMs,
  lightTrack,
} from "../../lib/liveness/light_sequence.ts";
import { randomNumbers } from "../random_numbers.ts";

/** After so many steps the light is weighed for the first time. */
const stepsToWeigh = 10;
const random = randomNumbers(7);
const draw = (below: number) => Math.floor(random() * below);
const sequences = (pace: "usual" | "gentle", count: number) =>
  Array.from({ length: count }, () => drawLightSequence(draw, pace));

Deno.test("a sequence never shows a colour twice in a row, and no channel stays the same", () => {
  for (const { steps } of sequences("usual", 300)) {
    assert.equal(steps.length, 4 * stepsToWeigh);
    steps.forEach((step, i) => assert.notEqual(step, steps[i - 1]));
    for (const bit of [1, 2, 4]) {
      const first = steps.slice(0, stepsToWeigh).map((step) => step & bit);
      assert.equal(new Set(first).size, 2);
    }
  }
});

Deno.test("ten steps leave far more than 15 bits to guess", () => {
  // 8 x 7^9 sequences are 28.3 bits; if a quarter of them is varied enough, 26 bits remain.
  let [sequencesDrawn, draws] = [0, 0];
  const counted = (below: number) => {
    draws++;
    return draw(below);
  };
  for (; sequencesDrawn < 300; sequencesDrawn++) {
    drawLightSequence(counted, "usual");
  }
  const tried = draws / stepsToWeigh;
  assert.ok(4 * sequencesDrawn / tried > 1 / 4, `of ${tried}`);
  const beginnings = sequences("usual", 100).map(({ steps }) =>
    steps.slice(0, 6).join()
  );
  assert.ok(new Set(beginnings).size > 97, "there are 134,456 of six steps");
});

Deno.test("light keeps WCAG 2.3.1: at most three changes a second, no saturated red, no sudden change", () => {
  for (const pace of ["usual", "gentle"] as const) {
    for (const sequence of sequences(pace, 50)) {
      assert.ok(1000 / sequence.stepMs <= 3);
      const all = lightLooksMs(sequence).at(-1)!;
      let before = colorAt(sequence, 0);
      for (let atMs = 0; atMs < all; atMs += 10) {
        const color = colorAt(sequence, atMs);
        const [red, green, blue] = color;
        assert.ok(red / (red + green + blue) < 0.8);
        color.forEach((value, c) =>
          assert.ok(Math.abs(value - before[c]!) <= 0.8 * 10 / 120 + 1e-9)
        );
        before = color;
      }
    }
  }
});

Deno.test("lightTrack() tells a page the same colours", () => {
  const [sequence] = sequences("usual", 1);
  const track = lightTrack(sequence!);
  for (const [atMs, ...color] of track) {
    assert.deepEqual(color, [...colorAt(sequence!, atMs!)]);
  }
  const moments = track.map(([atMs]) => atMs!);
  assert.deepEqual(moments, moments.toSorted((a, b) => a - b));
});

import assert from "node:assert/strict";
import { drawLightSequence } from "../../lib/liveness/light_sequence.ts";
import { valuesAt } from "../../lib/liveness/track.ts";
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

Deno.test("light keeps WCAG 2.3.1 whatever is drawn: at most three changes in any second, no saturated red, no sudden change", () => {
  for (const pace of ["usual", "gentle"] as const) {
    for (const sequence of sequences(pace, 300)) {
      const all = sequence.looksMs.at(-1)!;
      /** When a colour began to change into another. */
      const changes: number[] = [];
      let before = valuesAt(sequence, 0);
      let changing = false;
      for (let atMs = 10; atMs < all; atMs += 10) {
        const color = valuesAt(sequence, atMs);
        const [red = 0, green = 0, blue = 0] = color;
        assert.ok(red / (red + green + blue) < 0.8);
        const most = Math.max(
          ...color.map((value, c) => Math.abs(value - before[c]!)),
        );
        assert.ok(most <= 0.8 * 10 / 120 + 1e-9);
        if (most > 1e-9 && !changing) changes.push(atMs);
        changing = most > 1e-9;
        before = color;
      }
      assert.ok(changes.length >= sequence.steps.length - 2);
      changes.forEach((atMs, i) => {
        assert.ok((changes[i + 3] ?? Infinity) - atMs >= 1000);
      });
    }
  }
});

Deno.test("valuesAt() gives a step's colour when its fade is over, and the mean of two in the middle of one", () => {
  const [sequence] = sequences("usual", 1);
  const { rows } = sequence!;
  assert.deepEqual(valuesAt(sequence!, -100), rows[0]!.slice(1));
  assert.deepEqual(valuesAt(sequence!, 1e6), rows.at(-1)!.slice(1));
  const [from, to] = [rows[2]!, rows[3]!];
  assert.deepEqual(valuesAt(sequence!, to[0]! + 50), to.slice(1));
  const middle = valuesAt(sequence!, (from[0]! + to[0]!) / 2);
  middle.forEach((value, c) =>
    assert.ok(Math.abs(value - (from[c + 1]! + to[c + 1]!) / 2) < 1e-9)
  );
});

import assert from "node:assert/strict";
import { pairedDifferences } from "../../lib/evaluate/compare.ts";
import { randomNumbers } from "../random_numbers.ts";
import { World, worlds } from "./simulation.ts";

Deno.test("pairedDifferences() finds no difference of a set from itself", () => {
  const set = new World(worlds.strong, 0.1, 5).draw(12);
  for (const each of pairedDifferences(set, set, 0)) {
    assert.deepEqual([each.difference, each.p, each.better], [0, 1, "neither"]);
  }
});

Deno.test("pairedDifferences() names the better way only where its interval leaves out 0", () => {
  const set = new World(worlds.mild, 0.1, 6).draw(30);
  const shift = (by: number) => ({
    ...set,
    genuine: {
      ...set.genuine,
      distance: set.genuine.distance.map((distance) => distance + by),
    },
  });
  const worse = pairedDifferences(set, shift(0.3), 0);
  assert.ok(worse.length >= 5);
  assert.ok(worse.some(({ better }) => better === "here"));
  const hardly = pairedDifferences(set, shift(0.001), 0);
  for (const { better, interval, p } of [...worse, ...hardly]) {
    if (better === "neither") continue;
    assert.ok(interval!.low > 0 || interval!.high < 0);
    assert.ok(p < 0.05);
  }
});

Deno.test("pairedDifferences() asks more of six measures than of one: an interval may leave out 0 and prove nothing", () => {
  const found = [0.02, 0.04, 0.06, 0.08, 0.1].flatMap((by) => {
    const set = new World(worlds.mild, 0.1, 7).draw(20);
    const random = randomNumbers(8);
    const distance = set.genuine.distance.map((d) => d + by * random());
    const other = { ...set, genuine: { ...set.genuine, distance } };
    return pairedDifferences(set, other, 0);
  });
  const leavesOutZero = found.filter(({ interval }) =>
    interval !== undefined && (interval.low > 0 || interval.high < 0)
  );
  const unproven = leavesOutZero.filter(({ p }) => p >= 0.05);
  assert.ok(unproven.length > 0, "corrected");
  assert.ok(unproven.length < leavesOutZero.length, "and still found");
  assert.ok(unproven.every(({ better }) => better === "neither"));
});

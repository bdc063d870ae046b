import assert from "node:assert/strict";
import { holm, pairedDifferences } from "../../lib/evaluate/compare.ts";
import { World, worlds } from "./simulation.ts";

Deno.test("holm() multiplies the smallest chance by their number, the next by one less", () => {
  assert.deepEqual(holm([0.01, 0.04, 0.03]), [0.03, 0.06, 0.06]);
  assert.deepEqual(holm([0.5, 0.9]), [1, 1]);
});

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

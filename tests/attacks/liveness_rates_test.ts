import assert from "node:assert/strict";
import { rateOf } from "./liveness_rows.ts";

const people = (...counts: number[]) =>
  counts.map((count) => ({ count, of: 20 }));

Deno.test("rateOf() counts people where nobody erred: 0 of 20 each over four people is four people", () => {
  const { rate, low, high } = rateOf(people(0, 0, 0, 0));
  assert.deepEqual([rate, low], [0, 0]);
  assert.ok(Math.abs(high - (1 - 0.05 ** (1 / 4))) < 1e-9);
  const all = rateOf(people(20, 20, 20, 20));
  assert.equal(all.high, 1);
  assert.ok(Math.abs(all.low - 0.05 ** (1 / 4)) < 1e-9);
});

Deno.test("rateOf() is less sure where one person makes all errors than where all share them", () => {
  const one = rateOf(people(8, 0, 0, 0));
  const shared = rateOf(people(2, 2, 2, 2));
  assert.equal(one.rate, shared.rate);
  assert.deepEqual([one.count, one.of], [8, 80]);
  assert.ok(one.high > shared.high && one.low <= shared.low);
});

Deno.test("rateOf() lets nothing be sure of one person's tries", () => {
  const { low, high } = rateOf(people(0));
  assert.equal(low, 0);
  assert.ok(high > 0.9);
});

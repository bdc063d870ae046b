import assert from "node:assert/strict";
import { rateOf } from "../../lib/evaluate/liveness/rates.ts";

Deno.test({
  name:
    "rateOf() bounds a rate as Clopper and Pearson do: 1 - 0.025^(1/n) for none, 0.025^(1/n) for all",
  fn() {
    for (const n of [1, 5, 24, 300, 5000]) {
      const { rate, atLeast, atMost } = rateOf(0, n);
      assert.deepEqual([rate, atLeast], [0, 0]);
      assert.ok(Math.abs(atMost - (1 - 0.025 ** (1 / n))) < 1e-9, `${n}`);
      assert.equal(rateOf(n, n).atMost, 1);
      assert.ok(Math.abs(rateOf(n, n).atLeast - 0.025 ** (1 / n)) < 1e-9);
    }
    // Published tables: 1 of 10 is 0.25 to 44.5 %, 5 of 20 is 8.66 to 49.1 %.
    for (
      const [k, n, end] of [
        [1, 10, 0.445016],
        [5, 20, 0.491046],
      ] as const
    ) {
      assert.ok(Math.abs(rateOf(k, n).atMost - end) < 1e-6, `${k} of ${n}`);
    }
  },
});

Deno.test({
  name: "rateOf() bounds a rate from above, by less the more was tried",
  fn() {
    for (let errors = 0; errors < 20; errors++) {
      const few = rateOf(errors, 20);
      const many = rateOf(errors * 10, 200);
      assert.ok(few.atMost > few.rate && many.atMost > many.rate);
      assert.ok(many.atMost < few.atMost);
    }
  },
});

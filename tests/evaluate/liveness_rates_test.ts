import assert from "node:assert/strict";
import { rateOf } from "../../lib/evaluate/liveness/rates.ts";

Deno.test({
  name:
    "rateOf() bounds a rate as Clopper and Pearson do: 1 - 0.05^(1/n) for no error, nothing when all are",
  fn() {
    for (const n of [1, 5, 24, 300, 5000]) {
      const { rate, atMost } = rateOf(0, n);
      assert.equal(rate, 0);
      assert.ok(Math.abs(atMost - (1 - 0.05 ** (1 / n))) < 1e-9, `${n}`);
      assert.equal(rateOf(n, n).atMost, 1);
    }
    // scipy.stats.beta.ppf(0.95, k + 1, n - k)
    for (
      const [k, n, end] of [
        [1, 10, 0.394163],
        [24, 200, 0.164595],
        [199, 200, 0.999744],
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

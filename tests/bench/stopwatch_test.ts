import assert from "node:assert/strict";
import { median } from "./stopwatch.ts";

Deno.test({
  name: "median() is the middle value, or the mean of the two in the middle",
  fn() {
    assert.equal(median([9, 1, 5]), 5);
    assert.equal(median([4, 1, 3, 2]), 2.5);
    assert.equal(median([]), NaN);
  },
});

import assert from "node:assert/strict";
import { normalQuantile } from "../../lib/evaluate/intervals.ts";
import { normalCdf } from "./helpers.ts";

Deno.test("normalCdf() gives the values of printed tables", () => {
  for (
    const [z, p] of [[0, 0.5], [1, 0.8413447], [-1.96, 0.0249979], [
      -3,
      0.0013499,
    ]]
  ) {
    assert.ok(Math.abs(normalCdf(z!) - p!) < 1e-7);
  }
});

Deno.test("normalQuantile() undoes normalCdf()", () => {
  for (let z = -5; z <= 5; z += 0.25) {
    assert.ok(Math.abs(normalQuantile(normalCdf(z)) - z) < 1e-6);
  }
});

import assert from "node:assert/strict";
import { UsageError } from "../../lib/errors.ts";
import { chooseForFmr } from "../../lib/evaluate/calibrate.ts";
import { errorRates } from "../../lib/evaluate/error_rates.ts";
import { normalCdf } from "../../lib/evaluate/distributions.ts";
import { sortScores } from "../../lib/evaluate/pair_scores.ts";
import { gaussianSet } from "./helpers.ts";

Deno.test("chooseForFmr() keeps the target FMR, and a slightly larger threshold would not", () => {
  for (const [seed, target] of [[1, 0.1], [2, 0.01], [3, 0.003]] as const) {
    const set = gaussianSet({ genuine: 500, impostor: 3000 }, 4, seed);
    const chosen = chooseForFmr(set, target);
    const sorted = sortScores(set.genuine.distance, set.impostor.distance);
    assert.ok(chosen.fmr <= target);
    assert.equal(chosen.fmr, errorRates(sorted, chosen.threshold).fmr);
    assert.equal(chosen.fnmr, errorRates(sorted, chosen.threshold).fnmr);
    assert.ok(errorRates(sorted, chosen.threshold + 2e-4).fmr > target);
    assert.ok(
      chosen.fmrInterval!.low <= chosen.fmr &&
        chosen.fmr <= chosen.fmrInterval!.high,
    );
  }
});

Deno.test("chooseForFmr() of two Gaussians costs the FNMR that the closed form gives", () => {
  const set = gaussianSet({ genuine: 20_000, impostor: 60_000 }, 3, 5);
  // Phi^-1(0.01) = -2.3263.
  const expected = normalCdf(2.3263 - 3);
  assert.ok(Math.abs(chooseForFmr(set, 0.01).fnmr - expected) < 0.02);
});

Deno.test("chooseForFmr() refuses a target that its pairs cannot show, and names one that they can", () => {
  const set = gaussianSet({ genuine: 20, impostor: 960 }, 3, 6);
  let advised = 0;
  assert.throws(() => chooseForFmr(set, 0.001), (error: unknown) => {
    assert.ok(error instanceof UsageError);
    assert.match(error.message, /960 impostor pairs.*takes 1 and 3000/);
    advised = Number(/--fmr (\S+) or more/.exec(error.message)![1]);
    return true;
  });
  assert.equal(advised, 0.0032);
  assert.ok(chooseForFmr(set, advised).fmr <= advised);
});

Deno.test("chooseForFmr() refuses photos of one person, and people of one photo", () => {
  const onlyGenuine = gaussianSet({ genuine: 20, impostor: 0 }, 3, 7);
  assert.throws(() => chooseForFmr(onlyGenuine, 0.1), UsageError);
  const onlyImpostor = gaussianSet({ genuine: 0, impostor: 900 }, 3, 7);
  assert.throws(() => chooseForFmr(onlyImpostor, 0.1), UsageError);
});

import assert from "node:assert/strict";
import { UsageError } from "../../lib/errors.ts";
import { chooseForFmr } from "../../lib/evaluate/calibrate.ts";
import { errorRates } from "../../lib/evaluate/error_rates.ts";
import { sortScores } from "../../lib/evaluate/pair_scores.ts";
import { gaussianSet, normalCdf } from "./helpers.ts";

/** Distances as a store takes thresholds: above 0 and under 2. */
function photosOf(people: number, seed: number) {
  const set = gaussianSet({ genuine: 500, impostor: 3000 }, 4, seed, people);
  const scale = (values: Float32Array) => values.map((d) => d / 20);
  return {
    ...set,
    genuine: { ...set.genuine, distance: scale(set.genuine.distance) },
    impostor: { ...set.impostor, distance: scale(set.impostor.distance) },
  };
}

Deno.test("chooseForFmr() keeps FMR's upper end under the target, FMR itself well under it", () => {
  for (const [seed, target] of [[1, 0.1], [2, 0.03], [3, 0.01]] as const) {
    const set = photosOf(200, seed);
    const chosen = chooseForFmr(set, target);
    const sorted = sortScores(set.genuine.distance, set.impostor.distance);
    assert.ok(chosen.fmr < target && chosen.fmr > target / 5, `${chosen.fmr}`);
    assert.equal(chosen.fmr, errorRates(sorted, chosen.threshold).fmr);
    assert.equal(chosen.fnmr, errorRates(sorted, chosen.threshold).fnmr);
    const { low, high } = chosen.fmrInterval!;
    assert.ok(low <= chosen.fmr && chosen.fmr <= high);
  }
});

Deno.test("chooseForFmr() of two Gaussians and many people costs the FNMR that the closed form gives", () => {
  const set = gaussianSet({ genuine: 20_000, impostor: 200_000 }, 3, 5);
  const scaled = {
    ...set,
    genuine: {
      ...set.genuine,
      distance: set.genuine.distance.map((d) => d / 20),
    },
    impostor: {
      ...set.impostor,
      distance: set.impostor.distance.map((d) => d / 20),
    },
  };
  // Phi^-1(0.01) = -2.3263.
  const expected = normalCdf(2.3263 - 3);
  assert.ok(Math.abs(chooseForFmr(scaled, 0.01).fnmr - expected) < 0.04);
});

Deno.test("chooseForFmr() refuses a target that its people cannot show, says how many could, and names a target they can", () => {
  const set = photosOf(10, 6);
  let advised = 0;
  assert.throws(() => chooseForFmr(set, 0.001), (error: unknown) => {
    assert.ok(error instanceof UsageError);
    assert.match(error.message, /of 10 people.*takes 78 people/);
    advised = Number(/--fmr (\S+) or more/.exec(error.message)![1]);
    return true;
  });
  assert.equal(advised, 0.065);
  assert.ok(chooseForFmr(set, advised).fmr <= advised);
});

Deno.test("chooseForFmr() refuses photos of one person, of two, and people of one photo", () => {
  const onlyGenuine = gaussianSet({ genuine: 20, impostor: 0 }, 3, 7);
  assert.throws(() => chooseForFmr(onlyGenuine, 0.1), UsageError);
  const onlyImpostor = gaussianSet({ genuine: 0, impostor: 900 }, 3, 7);
  assert.throws(() => chooseForFmr(onlyImpostor, 0.1), UsageError);
  const two = gaussianSet({ genuine: 20, impostor: 20 }, 3, 7, 2);
  assert.throws(
    () => chooseForFmr(two, 0.1),
    (error: Error) => !/or choose/.test(error.message),
  );
});

import assert from "node:assert/strict";
import {
  bootstrapRates,
  drawPeople,
  percentileInterval,
  rateInterval,
} from "../../lib/evaluate/bootstrap.ts";
import {
  binnedRates,
  binScores,
  weighPairs,
} from "../../lib/evaluate/binned_rates.ts";
import {
  areaUnderRoc,
  equalErrorRate,
  errorRates,
} from "../../lib/evaluate/error_rates.ts";
import { verificationMetrics } from "../../lib/evaluate/metrics.ts";
import { normalCdf } from "../../lib/evaluate/distributions.ts";
import { sortScores } from "../../lib/evaluate/pair_scores.ts";
import { randomNumbers as seededRandom } from "../random_numbers.ts";
import { gaussianSet } from "./helpers.ts";

Deno.test("rates from bins with all weights 1 equal the exact ones", () => {
  for (const seed of [1, 2, 3]) {
    const set = gaussianSet({ genuine: 3000, impostor: 9000 }, 3, seed);
    const threshold = 11 + seed / 3;
    const sorted = sortScores(set.genuine.distance, set.impostor.distance);
    const ones = new Uint16Array(set.people).fill(1);
    const rates = binnedRates(
      weighPairs(binScores(set, threshold), ones),
      [1e-2],
    )!;
    const exact = errorRates(sorted, threshold);
    assert.ok(Math.abs(rates.fmr - exact.fmr) < 1e-12);
    assert.ok(Math.abs(rates.fnmr - exact.fnmr) < 1e-12);
    assert.ok(Math.abs(rates.eer - equalErrorRate(sorted).rate) < 1e-3);
    assert.ok(Math.abs(rates.auc - areaUnderRoc(sorted)) < 1e-4);
  }
});

Deno.test("drawPeople() draws as many as there are", () => {
  const random = seededRandom(3);
  for (const people of [1, 2, 6, 100]) {
    const drawn = drawPeople(people, random);
    assert.equal(drawn.reduce((sum, each) => sum + each, 0), people);
  }
});

Deno.test("95 % intervals hold the true EER in about 95 % of sets", () => {
  const truth = normalCdf(-1);
  let held = 0;
  const sets = 100;
  for (let seed = 0; seed < sets; seed++) {
    const set = gaussianSet({ genuine: 400, impostor: 400 }, 2, seed * 10);
    const { intervals } = verificationMetrics(set, 11, { replicates: 100 });
    const { low, high } = intervals.eer!;
    if (low <= truth && truth <= high) held++;
  }
  // Binomial(100, 0.95) lies within 87 ... 100 all but once in a thousand times; the seeds are fixed.
  assert.ok(held >= 87, `${held} of ${sets}`);
  assert.ok(held <= 100);
});

Deno.test("intervals by person are wider than by pair where a person's pairs err together", () => {
  // Ten people; one of them always fails. By pair the FNMR would look sure.
  const photos = 10;
  const genuine = {
    distance: [] as number[],
    a: [] as number[],
    b: [] as number[],
  };
  for (let p = 0; p < 10; p++) {
    for (let i = 0; i < 45; i++) {
      genuine.distance.push(p === 0 ? 0.9 : 0.1);
      genuine.a.push(p * photos);
      genuine.b.push(p * photos + 1);
    }
  }
  const typed = {
    distance: Float32Array.from(genuine.distance),
    a: Uint32Array.from(genuine.a),
    b: Uint32Array.from(genuine.b),
  };
  const set = {
    genuine: typed,
    impostor: {
      distance: new Float32Array(9).fill(1),
      a: Uint32Array.from({ length: 9 }, (_, i) => i * photos),
      b: Uint32Array.from({ length: 9 }, (_, i) => (i + 1) * photos),
    },
    person: Uint32Array.from({ length: 100 }, (_, i) => Math.floor(i / photos)),
    people: 10,
  };
  const { atThreshold, intervals } = verificationMetrics(set, 0.5);
  assert.ok(Math.abs(atThreshold.fnmr - 0.1) < 1e-12);
  // By pair: 0.1 +- 0.028 for 450 pairs.
  assert.ok(intervals.fnmr!.low < 0.01 && intervals.fnmr!.high > 0.25);
});

Deno.test("variants are weighed alike, so that a set differs from itself by nothing", () => {
  const set = gaussianSet({ genuine: 200, impostor: 200 }, 2, 4);
  for (
    const [one, other] of bootstrapRates([set, set], {
      threshold: 11,
      targetFmrs: [],
      replicates: 20,
    })
  ) assert.deepEqual(one, other);
});

Deno.test("percentileInterval() interpolates between ranks", () => {
  const values = Array.from({ length: 41 }, (_, i) => 40 - i);
  assert.deepEqual(percentileInterval(values), { low: 1, high: 39 });
  assert.equal(percentileInterval([]), undefined);
});

Deno.test("rateInterval() gives a rate of 0 the rule of 3's upper end", () => {
  assert.deepEqual(rateInterval([0, 0, 0], 0, 300), { low: 0, high: 0.01 });
});

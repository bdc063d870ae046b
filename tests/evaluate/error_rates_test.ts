import assert from "node:assert/strict";
import {
  areaUnderRoc,
  dPrime,
  equalErrorRate,
  errorRates,
  fnmrAtFmr,
  moments,
  pairsNeeded,
  thresholdAtFmr,
} from "../../lib/evaluate/error_rates.ts";
import { sortScores } from "../../lib/evaluate/pair_scores.ts";
import { randomNumbers as seededRandom } from "../random_numbers.ts";
import { errorCurve } from "../../lib/evaluate/curves.ts";
import { gaussianSet, normalCdf } from "./helpers.ts";

/** Computed by hand: 18 of the 20 pairs of pairs are in order, and the rates cross after 0.5. */
const table = sortScores([0.6, 0.1, 0.3, 0.2], [0.9, 0.4, 0.8, 0.5, 0.7]);

Deno.test("errorRates() counts a distance equal to the threshold as no match", () => {
  assert.deepEqual(errorRates(table, 0.55), {
    threshold: 0.55,
    fmr: 2 / 5,
    fnmr: 1 / 4,
  });
  const half = Math.fround(0.5);
  assert.equal(errorRates(table, half).fmr, 1 / 5);
});

Deno.test("equalErrorRate() and areaUnderRoc() give what a hand-computed table gives", () => {
  const eer = equalErrorRate(table);
  assert.ok(Math.abs(eer.rate - 0.225) < 1e-12);
  assert.ok(Math.abs(eer.threshold - 0.45) < 1e-6);
  assert.equal(areaUnderRoc(table), 18 / 20);
});

Deno.test("equalErrorRate() is where both curves meet exactly, if they do", () => {
  const rateOf = (genuine: number[], impostor: number[]) =>
    equalErrorRate(sortScores(genuine, impostor)).rate;
  assert.equal(rateOf([0.1, 0.3], [0.2, 0.4]), 0.5);
  assert.equal(rateOf([0.1, 0.2, 0.5], [0.3, 0.6, 0.7]), 1 / 3);
  assert.equal(rateOf([1, 1], [1, 1]), 0.5);
  assert.equal(rateOf([0.1, 0.2], [0.3, 0.4]), 0);
  assert.equal(rateOf([0.3, 0.4], [0.1, 0.2]), 1);
});

Deno.test("areaUnderRoc() counts ties half", () => {
  assert.equal(areaUnderRoc(sortScores([1, 1], [1, 1, 1])), 0.5);
  assert.equal(areaUnderRoc(sortScores([1, 2], [2, 3])), (1 + 1 + 0.5 + 1) / 4);
});

Deno.test("areaUnderRoc() equals counting all pairs of pairs", () => {
  const random = seededRandom(5);
  const some = (count: number) =>
    Array.from({ length: count }, () => Math.floor(random() * 12) / 8);
  for (let round = 0; round < 50; round++) {
    const [genuine, impostor] = [some(17), some(23)];
    let wins = 0;
    for (const g of genuine) {
      for (const i of impostor) wins += g < i ? 1 : g === i ? 0.5 : 0;
    }
    assert.ok(
      Math.abs(
        areaUnderRoc(sortScores(genuine, impostor)) - wins / (17 * 23),
      ) < 1e-12,
    );
  }
});

Deno.test("two Gaussians have the EER, AUC, d' and FNMR at FMR that their closed forms give", () => {
  for (const d of [1, 2, 3, 4]) {
    const set = gaussianSet({ genuine: 100_000, impostor: 200_000 }, d, d);
    const sorted = sortScores(set.genuine.distance, set.impostor.distance);
    const eer = normalCdf(-d / 2);
    // Five standard errors of a share measured on 100,000 pairs.
    const tolerance = 5 * Math.sqrt(eer * (1 - eer) / 100_000);
    assert.ok(Math.abs(equalErrorRate(sorted).rate - eer) < tolerance);
    const auc = areaUnderRoc(sorted);
    assert.ok(Math.abs(auc - normalCdf(d / Math.SQRT2)) < 5e-3);
    const measured = dPrime(moments(sorted.genuine), moments(sorted.impostor));
    assert.ok(Math.abs(measured - d) < 0.03);
    const at = fnmrAtFmr(sorted, 1e-2, 3000)!;
    assert.ok(at.ruleOf30 && at.fmr <= 1e-2);
    // Phi^-1(0.01) = -2.3263: the threshold lies there from the impostors' mean.
    assert.ok(Math.abs(at.fnmr - normalCdf(2.3263 - d)) < 0.015);
  }
});

Deno.test("thresholdAtFmr() is the largest threshold that keeps the FMR", () => {
  const random = seededRandom(9);
  for (let round = 0; round < 100; round++) {
    const impostor = Array.from(
      { length: 40 },
      () => Math.floor(random() * 30),
    );
    const scores = sortScores([1], impostor);
    const target = random() / 2;
    const threshold = thresholdAtFmr(scores, target);
    assert.ok(errorRates(scores, threshold).fmr <= target);
    assert.ok(errorRates(scores, threshold + 1e-3).fmr > target);
  }
  assert.equal(thresholdAtFmr(table, 1), Infinity);
});

Deno.test("fnmrAtFmr() stays silent where the rule of 3 is not met and says when the rule of 30 is not", () => {
  assert.equal(pairsNeeded(1e-2), 300);
  const scores = sortScores(
    [0.1, 2],
    Array.from({ length: 3000 }, (_, i) => 1 + i),
  );
  assert.equal(fnmrAtFmr(scores, 1e-2, 299), undefined);
  assert.equal(fnmrAtFmr(scores, 1e-2, 300)?.ruleOf30, false);
  assert.equal(fnmrAtFmr(scores, 1e-2, 3000)?.ruleOf30, true);
});

Deno.test("errorCurve() runs from matching nothing to matching all and never turns back", () => {
  for (const genuine of [40, 4000]) {
    const set = gaussianSet({ genuine, impostor: 5 * genuine }, 3, 7);
    const curve = errorCurve(
      sortScores(set.genuine.distance, set.impostor.distance),
    );
    assert.equal(curve[0]!.fnmr, 1);
    assert.equal(curve[0]!.fmr, 0);
    assert.equal(curve.at(-1)!.fnmr, 0);
    assert.equal(curve.at(-1)!.fmr, 1);
    for (let i = 1; i < curve.length; i++) {
      assert.ok(curve[i]!.threshold > curve[i - 1]!.threshold);
      assert.ok(curve[i]!.fmr >= curve[i - 1]!.fmr);
      assert.ok(curve[i]!.fnmr <= curve[i - 1]!.fnmr);
    }
  }
});

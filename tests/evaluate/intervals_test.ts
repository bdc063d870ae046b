import assert from "node:assert/strict";
import {
  areaUnderRoc,
  equalErrorRate,
  errorRates,
} from "../../lib/evaluate/error_rates.ts";
import {
  rateInterval,
  studentChance,
  studentInterval,
  upperBound,
  withoutErrors,
} from "../../lib/evaluate/intervals.ts";
import { leaveOneOut } from "../../lib/evaluate/leave_one_out.ts";
import { type PairScores, sortScores } from "../../lib/evaluate/pair_scores.ts";
import { simulateCalibration, simulateIntervals } from "./simulate.ts";
import { World, worlds } from "./simulation.ts";

Deno.test("intervals hold the truth in 95 of 100 evaluations of few people and of many", () => {
  // Binomial(200, 0.95) lies at 180 or above in 997 of 1000 cases; the seeds are fixed.
  for (const effects of [worlds.strong, worlds.couples]) {
    for (const people of [6, 10, 30]) {
      const options = { rate: 0.05, people, repetitions: 200 };
      for (const { measure, held } of simulateIntervals(effects, options)) {
        const least = people === 6 ? 0.96 : 0.93;
        assert.ok(held >= least, `${measure} of ${people} people: ${held}`);
      }
    }
  }
});

Deno.test("a calibrated threshold exceeds its target in less than 10 of 100 cases", () => {
  const few = simulateCalibration(worlds.strong, {
    target: 0.01,
    people: 10,
    repetitions: 1,
  });
  assert.equal(few, undefined);
  for (const people of [20, 40]) {
    const options = { target: 0.05, people, repetitions: 200 };
    const { exceeded, meanRatio } = simulateCalibration(
      worlds.strong,
      options,
    )!;
    assert.ok(exceeded <= 0.1, `${exceeded} of ${people} people`);
    assert.ok(meanRatio > 0.3, "and is not needlessly strict");
  }
});

/** Fifteen genuine pairs of each of six people. */
const six = { trials: 90, units: 6, worth: 6 };

Deno.test("without an error, each person or pair of people counts once", () => {
  assert.ok(Math.abs(withoutErrors(6) - 0.393) < 5e-4);
  assert.ok(Math.abs(withoutErrors(15) - 0.181) < 5e-4);
  const none = rateInterval(0, [0, 0, 0, 0, 0, 0], six)!;
  assert.deepEqual(none, { low: 0, high: withoutErrors(6) });
  const all = rateInterval(1, [1, 1, 1, 1, 1, 1], six)!;
  assert.deepEqual(all, { low: 1 - withoutErrors(6), high: 1 });
  assert.equal(rateInterval(NaN, [], six), undefined);
});

Deno.test("errors of one person leave hardly more certainty than none at all", () => {
  // One of six people fails in 5 of 15 pairs; without that person there is no error.
  const leftOut = [0, 5 / 75, 5 / 75, 5 / 75, 5 / 75, 5 / 75];
  const { high } = rateInterval(5 / 90, leftOut, six)!;
  assert.ok(high > withoutErrors(6) && high < 0.6, `${high}`);
  // An error of each person says much more.
  const even = Array<number>(6).fill(5 / 75);
  assert.ok(rateInterval(6 / 90, even, six)!.high < 0.2);
  assert.ok(
    upperBound(5 / 90, leftOut, six, 0.95) < high,
    "one-sided is lower",
  );
});

Deno.test("studentInterval() and studentChance() of a mean are those of Student's t", () => {
  const values = [1, 3, 1, 3, 3, 1, 3, 1];
  const n = values.length;
  const total = values.reduce((sum, v) => sum + v, 0);
  const leftOut = values.map((v) => (total - v) / (n - 1));
  const squares = values.reduce((sum, v) => sum + (v - total / n) ** 2, 0);
  // All deviate alike, so that there are 7 degrees of freedom: 97.5 % lie under 2.364624.
  const half = 2.364624 * Math.sqrt(squares / (n - 1) / n);
  const { low, high } = studentInterval(total / n, leftOut)!;
  assert.ok(Math.abs(low - (total / n - half)) < 1e-6);
  assert.ok(Math.abs(high - (total / n + half)) < 1e-6);
  for (const difference of [half, -half]) {
    assert.ok(Math.abs(studentChance(difference, leftOut) - 0.05) < 1e-6);
  }
  assert.equal(studentInterval(1, [1, NaN]), undefined);
  assert.equal(studentChance(1, [1, NaN]), 1);
  const oneAlone = studentInterval(0, [0, 0, 0, 0, 0, 0, 0, 1])!;
  const shared = studentInterval(0, [0, 0, 0, 0, 1, 1, 1, 1])!;
  assert.ok(oneAlone.high > 2 * shared.high, "one person carries the variance");
});

Deno.test("leaveOneOut() gives the rates that the pairs without each person have", () => {
  const set = new World(worlds.mild, 0.1, 3).draw(7);
  const threshold = 0.1;
  const leftOut = leaveOneOut(set, threshold, [0.1]);
  assert.equal(leftOut.length, 7);
  leftOut.forEach((rates, person) => {
    const without = ({ distance, a, b }: PairScores) =>
      distance.filter((_, i) =>
        set.person[a[i]!] !== person && set.person[b[i]!] !== person
      );
    const sorted = sortScores(without(set.genuine), without(set.impostor));
    const exact = errorRates(sorted, threshold);
    assert.ok(Math.abs(rates.fmr - exact.fmr) < 1e-12);
    assert.ok(Math.abs(rates.fnmr - exact.fnmr) < 1e-12);
    assert.ok(Math.abs(rates.eer - equalErrorRate(sorted).rate) < 5e-3);
    assert.ok(Math.abs(rates.auc - areaUnderRoc(sorted)) < 1e-4);
  });
});

Deno.test("leaveOneOut() leaves out groups where people are many, and nobody who is in no pair", () => {
  const many = new World(worlds.mild, 0.1, 4).draw(600, 2);
  assert.equal(leaveOneOut(many, 0, []).length, 500);
  const few = { ...new World(worlds.mild, 0.1, 4).draw(5, 2), people: 50 };
  assert.equal(leaveOneOut(few, 0, []).length, 5);
});

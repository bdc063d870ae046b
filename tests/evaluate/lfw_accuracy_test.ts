import assert from "node:assert/strict";
import { lfwAccuracy } from "../../lib/evaluate/error_rates.ts";
import { gaussianSet, normalCdf } from "./helpers.ts";

Deno.test("lfwAccuracy() takes each fold's threshold from the other folds", () => {
  // Fold 0 alone would be separated at 0.55; the others say 0.25, which costs fold 0 a genuine pair.
  const fold = (fold: number, genuine: number[], impostor: number[]) => [
    ...genuine.map((distance) => ({ distance, same: true, fold })),
    ...impostor.map((distance) => ({ distance, same: false, fold })),
  ];
  const accuracy = lfwAccuracy([
    ...fold(0, [0.1, 0.5], [0.6, 0.7]),
    ...fold(1, [0.2, 0.2], [0.3, 0.3]),
    ...fold(2, [0.2, 0.2], [0.3, 0.3]),
  ]);
  assert.ok(Math.abs(accuracy.folds[0]!.threshold - 0.25) < 1e-6);
  assert.equal(accuracy.folds[0]!.accuracy, 3 / 4);
  assert.equal(accuracy.folds[1]!.accuracy, 1);
  assert.ok(Math.abs(accuracy.mean - 11 / 12) < 1e-12);
  // Deviations -1/6, 1/12, 1/12: variance 1/48, over three folds 1/144.
  assert.ok(Math.abs(accuracy.standardError - 1 / 12) < 1e-12);
});

Deno.test("lfwAccuracy() of two Gaussians is Phi(d'/2)", () => {
  const { genuine, impostor } = gaussianSet(
    { genuine: 20_000, impostor: 60_000 },
    3,
    11,
  );
  const { mean, standardError, folds } = lfwAccuracy(
    [...genuine.distance, ...impostor.distance].map((distance, i) => ({
      distance,
      same: i < 20_000,
      fold: i % 10,
    })),
  );
  assert.equal(folds.length, 10);
  assert.ok(Math.abs(mean - normalCdf(1.5)) < 5 * standardError);
});

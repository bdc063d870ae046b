import assert from "node:assert/strict";
import { chooseThreshold } from "../../lib/people/choose_threshold.ts";
import type { Calibration } from "../../lib/store/calibration.ts";

const model = { modelId: "net-1", defaultThreshold: 0.5 };
const calibration: Calibration = {
  modelId: "net-1",
  detector: "mtcnn",
  threshold: 0.4,
  targetFmr: 0.001,
  fmr: 0.001,
  fmrInterval: null,
  fnmr: 0,
  fnmrInterval: null,
  photos: 80,
  people: 10,
  genuinePairs: 280,
  impostorPairs: 2880,
  createdAt: "2026-11-22T18:00:00.000Z",
};
const storeWith = (held: Calibration | null) => ({
  calibration: () => Promise.resolve(held),
});

Deno.test("chooseThreshold() takes the command line, then the setting, then the calibration, then the model's default", async () => {
  const store = storeWith(calibration);
  const given = { commandLine: 0.2, setting: 0.3 };
  assert.deepEqual(await chooseThreshold(store, model, given), {
    threshold: 0.2,
    thresholdFrom: "--threshold",
  });
  assert.deepEqual(
    await chooseThreshold(store, model, { ...given, commandLine: null }),
    { threshold: 0.3, thresholdFrom: "setting" },
  );
  assert.deepEqual(await chooseThreshold(store, model), {
    threshold: 0.4,
    thresholdFrom: "calibration of 2026-11-22 on 3,160 pairs, target FMR 0.1 %",
  });
  assert.deepEqual(await chooseThreshold(storeWith(null), model), {
    threshold: 0.5,
    thresholdFrom: "model default",
  });
});

Deno.test("chooseThreshold() passes over the calibration of another model", async () => {
  const store = storeWith({ ...calibration, modelId: "net-2" });
  assert.deepEqual(await chooseThreshold(store, model), {
    threshold: 0.5,
    thresholdFrom: "model default",
  });
});

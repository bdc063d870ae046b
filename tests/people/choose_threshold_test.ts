import assert from "node:assert/strict";
import { chooseThreshold } from "../../lib/people/choose_threshold.ts";
import type { Calibration } from "../../lib/store/calibration.ts";
import { sampleCalibration } from "../store/sample_calibration.ts";

const model = {
  modelId: sampleCalibration.modelId,
  defaultThreshold: 0.5,
};
const storeWith = (held: Calibration | null) => ({
  calibration: () => Promise.resolve(held),
});

Deno.test("chooseThreshold() takes the command line, then the setting, then the calibration, then the model's default", async () => {
  const store = storeWith(sampleCalibration);
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
  const store = storeWith({ ...sampleCalibration, modelId: "net-2" });
  assert.deepEqual(await chooseThreshold(store, model), {
    threshold: 0.5,
    thresholdFrom: "model default",
  });
});

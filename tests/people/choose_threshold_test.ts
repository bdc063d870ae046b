import assert from "node:assert/strict";
import { chooseThreshold } from "../../lib/people/choose_threshold.ts";
import type { Calibration } from "../../lib/store/calibration.ts";

const model = { modelId: "net-1", defaultThreshold: 0.5 };
const calibration: Calibration = {
  modelId: "net-1",
  detector: "ssd",
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
const nothing = { commandLine: null, setting: null, calibration: null };

Deno.test("chooseThreshold() takes the command line, then the setting, then the calibration, then the model's default", () => {
  const all = { commandLine: 0.2, setting: 0.3, calibration };
  assert.deepEqual(chooseThreshold(all, model), {
    threshold: 0.2,
    thresholdFrom: "--threshold",
  });
  assert.deepEqual(chooseThreshold({ ...all, commandLine: null }, model), {
    threshold: 0.3,
    thresholdFrom: "setting",
  });
  assert.deepEqual(chooseThreshold({ ...nothing, calibration }, model), {
    threshold: 0.4,
    thresholdFrom: "calibration of 2026-11-22 on 3,160 pairs, target FMR 0.1 %",
  });
  assert.deepEqual(chooseThreshold(nothing, model), {
    threshold: 0.5,
    thresholdFrom: "model default",
  });
});

Deno.test("chooseThreshold() passes over the calibration of another model", () => {
  const other = { ...calibration, modelId: "net-2" };
  assert.deepEqual(chooseThreshold({ ...nothing, calibration: other }, model), {
    threshold: 0.5,
    thresholdFrom: "model default",
  });
});

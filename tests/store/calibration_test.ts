import assert from "node:assert/strict";
import { StoreDamagedError } from "../../lib/errors.ts";
import {
  formatCalibration,
  parseCalibration,
} from "../../lib/store/calibration.ts";
import { sampleCalibration } from "./sample_calibration.ts";

Deno.test("parseCalibration() reads what formatCalibration() wrote", () => {
  const text = formatCalibration(sampleCalibration);
  assert.deepEqual(parseCalibration("x", text), sampleCalibration);
});

Deno.test("parseCalibration() refuses a text that is no calibration instead of passing it over", () => {
  const whole = JSON.stringify(sampleCalibration);
  const damaged = [
    "",
    "null",
    "[]",
    whole.slice(0, -9),
    JSON.stringify({ ...sampleCalibration, threshold: "0.4" }),
    JSON.stringify({ ...sampleCalibration, threshold: 7 }),
    JSON.stringify({ ...sampleCalibration, createdAt: "yesterday" }),
    JSON.stringify({ ...sampleCalibration, modelId: undefined }),
  ];
  for (const text of damaged) {
    assert.throws(() => parseCalibration("x", text), StoreDamagedError, text);
  }
});

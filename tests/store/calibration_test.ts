import assert from "node:assert/strict";
import { StoreDamagedError } from "../../lib/errors.ts";
import {
  type Calibration,
  formatCalibration,
  parseCalibration,
} from "../../lib/store/calibration.ts";

const calibration: Calibration = {
  modelId: "net-1",
  detector: "mtcnn",
  threshold: 0.4,
  targetFmr: 0.001,
  fmr: 0.001,
  fmrInterval: { low: 0, high: 0.002 },
  fnmr: 0,
  fnmrInterval: null,
  photos: 80,
  people: 10,
  genuinePairs: 280,
  impostorPairs: 2880,
  createdAt: "2026-11-22T18:00:00.000Z",
};

Deno.test("parseCalibration() reads what formatCalibration() wrote", () => {
  const text = formatCalibration(calibration);
  assert.deepEqual(parseCalibration("x", text), calibration);
});

Deno.test("parseCalibration() refuses a text that is no calibration instead of passing it over", () => {
  const whole = JSON.stringify(calibration);
  const damaged = [
    "",
    "null",
    "[]",
    whole.slice(0, -9),
    JSON.stringify({ ...calibration, threshold: "0.4" }),
    JSON.stringify({ ...calibration, threshold: 7 }),
    JSON.stringify({ ...calibration, createdAt: "yesterday" }),
    JSON.stringify({ ...calibration, modelId: undefined }),
  ];
  for (const text of damaged) {
    assert.throws(() => parseCalibration("x", text), StoreDamagedError, text);
  }
});

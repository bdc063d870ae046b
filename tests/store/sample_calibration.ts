import type { Calibration } from "../../lib/store/calibration.ts";
import { SAMPLE_MODEL } from "./sample_templates.ts";

/** A calibration as `calibrate` keeps it. */
export const sampleCalibration: Calibration = {
  modelId: SAMPLE_MODEL.modelId,
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

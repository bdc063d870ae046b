import type { Calibration } from "../store/calibration.ts";
import type { Recognizer } from "../recognize/recognizer.ts";

/** A threshold and who chose it. */
export interface ChosenThreshold {
  readonly threshold: number;
  /** "--threshold", "setting", "calibration of DATE on N pairs, target FMR X" or "model default". */
  readonly thresholdFrom: string;
}

/** Everything that may say a threshold; null where it says none. */
export interface ThresholdSources {
  readonly commandLine: number | null;
  readonly setting: number | null;
  readonly calibration: Calibration | null;
}

/**
 * Chooses the threshold: the command line wins over the setting, the setting over a calibration
 * of the same model, that over the model's default. Another model's calibration means nothing.
 */
export function chooseThreshold(
  { commandLine, setting, calibration }: ThresholdSources,
  { modelId, defaultThreshold }: Pick<
    Recognizer,
    "modelId" | "defaultThreshold"
  >,
): ChosenThreshold {
  if (commandLine !== null) {
    return { threshold: commandLine, thresholdFrom: "--threshold" };
  }
  if (setting !== null) {
    return { threshold: setting, thresholdFrom: "setting" };
  }
  if (calibration !== null && calibration.modelId === modelId) {
    return {
      threshold: calibration.threshold,
      thresholdFrom: describeCalibration(calibration),
    };
  }
  return { threshold: defaultThreshold, thresholdFrom: "model default" };
}

function describeCalibration(
  { createdAt, genuinePairs, impostorPairs, targetFmr }: Calibration,
): string {
  const pairs = (genuinePairs + impostorPairs).toLocaleString("en");
  const target = Number((targetFmr * 100).toPrecision(3));
  return `calibration of ${
    createdAt.slice(0, 10)
  } on ${pairs} pairs, target FMR ${target} %`;
}

import type { Calibration } from "../store/calibration.ts";
import type { Recognizer } from "../recognize/recognizer.ts";
import type { EmbeddingStore } from "../store/embedding_store.ts";

/** A threshold and who chose it. */
export interface ChosenThreshold {
  readonly threshold: number;
  /** "--threshold", "setting", "calibration of DATE on N pairs, target FMR X" or "model default". */
  readonly thresholdFrom: string;
}

/** Thresholds that a person chose; null or missing where none did. */
interface GivenThresholds {
  readonly commandLine?: number | null | undefined;
  readonly setting?: number | null;
}

/**
 * Chooses the threshold: the command line wins over the setting, the setting over a calibration
 * of the same model, that over the model's default. Another model's calibration means nothing.
 *
 * @throws StoreDamagedError when the store's calibration cannot be read.
 */
export async function chooseThreshold(
  store: Pick<EmbeddingStore, "calibration">,
  { modelId, defaultThreshold }: Pick<
    Recognizer,
    "modelId" | "defaultThreshold"
  >,
  { commandLine = null, setting = null }: GivenThresholds = {},
): Promise<ChosenThreshold> {
  if (commandLine !== null) {
    return { threshold: commandLine, thresholdFrom: "--threshold" };
  }
  if (setting !== null) {
    return { threshold: setting, thresholdFrom: "setting" };
  }
  const calibration = await store.calibration();
  if (calibration?.modelId === modelId) {
    return {
      threshold: calibration.threshold,
      thresholdFrom: calibrationText(calibration),
    };
  }
  return { threshold: defaultThreshold, thresholdFrom: "model default" };
}

function calibrationText(
  { createdAt, genuinePairs, impostorPairs, targetFmr }: Calibration,
): string {
  const pairs = (genuinePairs + impostorPairs).toLocaleString("en");
  const target = Number((targetFmr * 100).toPrecision(3));
  return `calibration of ${
    createdAt.slice(0, 10)
  } on ${pairs} pairs, target FMR ${target} %`;
}

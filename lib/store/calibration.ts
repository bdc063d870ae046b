import { z } from "zod";
import { StoreDamagedError } from "../errors.ts";

const share = z.number().min(0).max(1);
/** A range that holds the true rate with 95 % confidence; null where no pair was counted. */
const interval = z.strictObject({ low: share, high: share }).nullable();

const calibrationSchema = z.strictObject({
  /** The threshold serves embeddings of this model only. */
  modelId: z.string().min(1),
  detector: z.string(),
  threshold: z.number().positive().max(2),
  targetFmr: share,
  /** Share of the impostor pairs below the threshold. */
  fmr: share,
  fmrInterval: interval,
  /** Share of the genuine pairs at or above the threshold. */
  fnmr: share,
  fnmrInterval: interval,
  photos: z.int().min(0),
  people: z.int().min(0),
  genuinePairs: z.int().min(0),
  impostorPairs: z.int().min(0),
  /** ISO 8601. */
  createdAt: z.iso.datetime(),
}).readonly();

/** A threshold chosen on photos, with what it was chosen on and what it costs. */
export type Calibration = z.infer<typeof calibrationSchema>;

/** Writes a calibration for people and programs to read. */
export function formatCalibration(calibration: Calibration): string {
  return JSON.stringify(calibration, null, 2) + "\n";
}

/**
 * Reads what `formatCalibration` wrote.
 *
 * @param place what messages call it
 * @throws StoreDamagedError when it is none: a sign-in must not fall back silently to a threshold
 * that nobody chose.
 */
export function parseCalibration(place: string, text: string): Calibration {
  try {
    return calibrationSchema.parse(JSON.parse(text));
  } catch (cause) {
    throw new StoreDamagedError(
      `the calibration of ${place} is damaged; run \`deno task calibrate\` again`,
      { cause },
    );
  }
}

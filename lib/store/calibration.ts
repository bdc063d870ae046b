import { z } from "zod";
import { StoreDamagedError } from "../errors.ts";

/** A range that holds the true rate with 95 % confidence; null where no pair was counted. */
type Interval = { readonly low: number; readonly high: number } | null;

/** A threshold chosen on photos, with what it was chosen on and what it costs. */
export interface Calibration {
  /** The threshold serves embeddings of this model only. */
  readonly modelId: string;
  readonly detector: string;
  readonly threshold: number;
  readonly targetFmr: number;
  /** Share of the impostor pairs below the threshold. */
  readonly fmr: number;
  readonly fmrInterval: Interval;
  /** Share of the genuine pairs at or above the threshold. */
  readonly fnmr: number;
  readonly fnmrInterval: Interval;
  readonly photos: number;
  readonly people: number;
  readonly genuinePairs: number;
  readonly impostorPairs: number;
  /** ISO 8601. */
  readonly createdAt: string;
}

const share = z.number().min(0).max(1);
const count = z.int().min(0);
const interval = z.strictObject({ low: share, high: share }).nullable();
const calibrationSchema: z.ZodType<Calibration> = z.strictObject({
  modelId: z.string().min(1),
  detector: z.string(),
  threshold: z.number().positive().max(2),
  targetFmr: share,
  fmr: share,
  fmrInterval: interval,
  fnmr: share,
  fnmrInterval: interval,
  photos: count,
  people: count,
  genuinePairs: count,
  impostorPairs: count,
  createdAt: z.iso.datetime(),
});

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

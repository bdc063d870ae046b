import { StoreDamagedError } from "../errors.ts";
import { writeFileAtomically } from "./atomic_file.ts";

/** A range that holds the true rate with 95 % confidence. */
export interface RateInterval {
  readonly low: number;
  readonly high: number;
}

/** A threshold chosen on photos, with what it was chosen on and what it costs. */
export interface Calibration {
  /** The threshold serves embeddings of this model only. */
  readonly modelId: string;
  readonly detector: string;
  readonly threshold: number;
  readonly targetFmr: number;
  /** Share of the impostor pairs below the threshold. */
  readonly fmr: number;
  readonly fmrInterval: RateInterval | null;
  /** Share of the genuine pairs at or above the threshold. */
  readonly fnmr: number;
  readonly fnmrInterval: RateInterval | null;
  readonly photos: number;
  readonly people: number;
  readonly genuinePairs: number;
  readonly impostorPairs: number;
  /** ISO 8601. */
  readonly createdAt: string;
}

/** Writes a calibration, whole or not at all. @throws WriteError */
export async function writeCalibration(
  path: string,
  calibration: Calibration,
): Promise<void> {
  await writeFileAtomically(path, JSON.stringify(calibration, null, 2) + "\n");
}

/**
 * Reads a calibration; null where there is none.
 *
 * @throws StoreDamagedError when the file is not one: a sign-in must not fall back silently to a
 * threshold that nobody chose.
 */
export async function readCalibration(
  path: string,
): Promise<Calibration | null> {
  let found: unknown;
  try {
    found = JSON.parse(await Deno.readTextFile(path));
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return null;
    throw damaged(path, error);
  }
  if (!isCalibration(found)) throw damaged(path);
  return found;
}

function isCalibration(found: unknown): found is Calibration {
  if (typeof found !== "object" || found === null) return false;
  const { modelId, threshold, targetFmr, genuinePairs, impostorPairs } =
    found as Partial<Calibration>;
  const { createdAt } = found as Partial<Calibration>;
  const numbers = [threshold, targetFmr, genuinePairs, impostorPairs];
  return typeof modelId === "string" && numbers.every(Number.isFinite) &&
    threshold! > 0 && threshold! <= 2 &&
    typeof createdAt === "string" && !Number.isNaN(Date.parse(createdAt));
}

function damaged(path: string, cause?: unknown): StoreDamagedError {
  return new StoreDamagedError(
    `${path} is damaged; run \`deno task calibrate\` again, or remove the file`,
    { cause },
  );
}

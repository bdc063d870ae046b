import { correlation, dot, mean, residuals } from "./least_squares.ts";
import {
  addedLight,
  type AskedColors,
  askedColors,
  lightSeries,
  type LitFrame,
  type Series,
  steadyLight,
  wholeCells,
  withoutAsked,
  withoutPose,
} from "./light_response.ts";
import { faceCells } from "./light_sample.ts";
import type { LightSequence } from "./light_sequence.ts";

/** What the frames say of the screen's light on the face. */
export interface LightEvidence {
  /**
   * How many frames and cells of the face were weighed, and how many frames could not be: they
   * were overexposed, or ended above the neck.
   */
  readonly frames: number;
  readonly cells: number;
  readonly unusable: number;
  /** Correlation of the asked colours with the face's, mean of the channels; 1 follows exactly. */
  readonly follows: number;
  /** How much later than the screen the face changed, ms. */
  readonly delayMs: number;
  /** The full screen's light on the face over what the dark screen leaves. */
  readonly response: number;
  /**
   * How much the response varies over the face beyond what a flat thing shows and beyond chance, as
   * a share of its mean.
   */
  readonly relief: number;
  /** How much it would vary by chance: what other sequences find in the same frames. */
  readonly chance: number;
  /** The response under the chin over the face's. */
  readonly neck: number;
  /** How much the face changed otherwise, as a share of its light. */
  readonly otherwise: number;
}

/** Why the light does not speak for a face in front of the screen. */
export type LightReason =
  | { readonly kind: "too-few-frames"; readonly frames: number }
  /** The camera shows much of the face as plain white, or no neck. */
  | { readonly kind: "overexposed"; readonly frames: number }
  /** The screen's light is lost in the room's: nothing is concluded. */
  | { readonly kind: "too-bright"; readonly response: number }
  /** The face follows other light than the screen's. */
  | { readonly kind: "other-light"; readonly follows: number }
  /** The light lies on it as on a print, a screen or a tint. */
  | { readonly kind: "flat"; readonly relief: number }
  /** The light ends with the face. */
  | { readonly kind: "only-the-face"; readonly neck: number };

/** Limits of the check; `deno task evaluate-liveness` prints what they let in and keep out. */
export const lightLimits = {
  fewestFrames: 16,
  /** Of the 81 cells of the face. */
  fewestCells: 40,
  follows: 0.6,
  response: 0.025,
  /** Relief beyond so many times chance, and at least so many times chance. */
  relief: 0.07,
  chance: { beyond: 0.8, atLeast: 1.3 },
  /** With more chance than this nothing is called flat. */
  mostChance: 0.1,
  neck: 0.35,
  /** Change that is not the screen's, above which it is another light's. */
  otherwise: 0.04,
  /** A camera, its driver and the browser show what was this long ago, ms. */
  longestDelayMs: 250,
};

/** A frame counts when this share of the face's cells is not overexposed in it. */
const mostlyWhole = 0.75;

/**
 * Weighs the frames of a sequence.
 *
 * The idea is Face Flashing's (Tang et al. 2018, arXiv 1801.01949) and Aurora Guard's (Liu et al.
 * 2019, arXiv 1902.10311): only what stands before this screen follows its colours, and only a face
 * answers them as a face does. Here the face is held against the background, so that the camera's
 * automatic falls out, and time and pose are held fixed by least squares. Relief is what remains
 * of each cell's response when a smooth multiple of the cell's own light (a print, a tint) and a
 * constant (a reflection on glass) are taken out.
 */
export function weighLight(
  given: readonly LitFrame[],
  sequence: LightSequence,
): LightEvidence {
  const frames = given.filter((frame) =>
    !Number.isNaN(frame.sample.neck[0]!) &&
    wholeCells([frame]).length >= mostlyWhole * faceCells.side ** 2
  );
  const series = lightSeries(frames);
  const counts = {
    frames: frames.length,
    cells: series.cells.length,
    unusable: given.length - frames.length,
  };
  if (counts.frames < 2 || counts.cells === 0) return { ...counts, ...nothing };
  const face = meanSeries(series.face);
  const changes = face.map((values) =>
    withoutPose(frames, values.map((value) => Math.log(value)))
  );
  const { delayMs, follows, asked } = bestDelay(frames, changes, sequence);
  const added = addedLight(face, asked);
  const response = added / steadyLight(face, asked);
  const steady = series.face.map((light) => steadyLight(light, asked));
  const beyond = (lights: readonly Series[], colors: AskedColors) =>
    beyondFlat(
      series.cells,
      steady,
      lights.map((light) => addedLight(light, colors)),
    );
  const found = beyond(series.face, asked);
  const left = series.face.map((light) => withoutAsked(light, asked));
  const chance = mean(
    otherSequences(sequence).map((other) =>
      beyond(left, askedColors(frames, other, delayMs))
    ),
  );
  const neck = addedLight(series.neck, asked) / steadyLight(series.neck, asked);
  const spread = Math.sqrt(
    mean(changes.map((change) => dot(change, change) / change.length)),
  );
  return {
    ...counts,
    follows,
    delayMs,
    response,
    relief: Math.sqrt(Math.max(0, found - chance)) / Math.abs(added),
    chance: Math.sqrt(chance) / Math.abs(added),
    neck: neck / response,
    otherwise: spread * Math.sqrt(1 - Math.max(0, follows) ** 2),
  };
}

/** What keeps the evidence from speaking for a face in front of the screen; null when nothing does. */
export function judgeLight(evidence: LightEvidence): LightReason | null {
  const { frames, cells, unusable, follows, response } = evidence;
  const { relief, chance, neck, otherwise } = evidence;
  const limits = lightLimits;
  if (frames + unusable < limits.fewestFrames) {
    return { kind: "too-few-frames", frames };
  }
  if (frames < limits.fewestFrames || cells < limits.fewestCells) {
    return { kind: "overexposed", frames: unusable };
  }
  // Written so that what is no number is refused, too.
  if (!(follows >= limits.follows)) {
    return otherwise > limits.otherwise
      ? { kind: "other-light", follows }
      : { kind: "too-bright", response };
  }
  if (!(response >= limits.response)) return { kind: "too-bright", response };
  if (!(relief >= reliefNeeded(chance))) {
    return chance < limits.mostChance
      ? { kind: "flat", relief }
      : { kind: "too-bright", response };
  }
  return neck >= limits.neck ? null : { kind: "only-the-face", neck };
}

/** The relief that a face must show where so much comes by chance. */
export function reliefNeeded(chance: number): number {
  const { beyond, atLeast } = lightLimits.chance;
  return Math.max(lightLimits.relief + beyond * chance, atLeast * chance);
}

const nothing = {
  follows: 0,
  delayMs: 0,
  response: 0,
  relief: 0,
  chance: 0,
  neck: 0,
  otherwise: 0,
};

function bestDelay(
  frames: readonly LitFrame[],
  changes: Series,
  sequence: LightSequence,
): { delayMs: number; follows: number; asked: AskedColors } {
  let best = {
    delayMs: 0,
    follows: -Infinity,
    asked: askedColors(frames, sequence, 0),
  };
  for (let delayMs = 0; delayMs <= lightLimits.longestDelayMs; delayMs += 25) {
    const asked = askedColors(frames, sequence, delayMs);
    const follows = mean(
      asked.changes.map((change, c) => correlation(change, changes[c]!)),
    );
    if (follows > best.follows) best = { delayMs, follows, asked };
  }
  return best;
}

/** The mean over cells of what their response has beyond a flat thing's, squared. */
function beyondFlat(
  cells: readonly number[],
  steady: readonly number[],
  added: readonly number[],
): number {
  const half = (faceCells.side - 1) / 2;
  const terms = steady.map((light, i) => {
    const u = (cells[i]! % faceCells.side) / half - 1;
    const v = Math.floor(cells[i]! / faceCells.side) / half - 1;
    return [1, u, v, u * u, v * v, u * v].map((x) => x * light).concat(1);
  });
  const left = residuals(terms, added);
  return dot(left, left) / left.length;
}

/** The same colours in other orders: what they find in the frames is chance. */
function otherSequences(sequence: LightSequence): LightSequence[] {
  const { steps } = sequence;
  const swapped = (step: number) => (step << 1 & 7) | step >> 2;
  return steps.slice(1).flatMap((_, i) => {
    const turned = [...steps.slice(i + 1), ...steps.slice(0, i + 1)];
    return [
      { ...sequence, steps: turned.map(swapped) },
      { ...sequence, steps: turned.map((step) => swapped(swapped(step))) },
    ];
  });
}

function meanSeries(all: readonly Series[]): Series {
  return all[0]!.map((values, c) =>
    values.map((_, i) => mean(all.map((series) => series[c]![i]!)))
  );
}

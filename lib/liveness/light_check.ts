import { bestDelay, dot, mean, residuals } from "./least_squares.ts";
import {
  AskedLight,
  lightSeries,
  type LitFrame,
  type Series,
  withoutPose,
} from "./light_response.ts";
import { faceCells } from "./light_sample.ts";
import { type LightSequence, reordered } from "./light_sequence.ts";

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
  /** The relief that a face must show where so much comes by chance. */
  readonly neededRelief: number;
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

/**
 * Weighs the frames of a sequence.
 *
 * The idea is Face Flashing's (Tang et al. 2018, arXiv 1801.01949) and Aurora Guard's (Liu et al.
 * 2019, arXiv 1902.10311): only what stands before this screen follows its colours, and only a face
 * answers them as a face does. Here the face is held against the background, so that the camera's
 * automatic falls out, and time and pose are held fixed by least squares. Relief is what remains
 * of each cell's response when a smooth multiple of the cell's own light (a print, a tint) and a
 * constant (a reflection on glass) are taken out.
 *
 * @returns what they show, and what keeps it from speaking for a face in front of the screen; null
 * when nothing does
 */
export function checkLight(
  frames: readonly LitFrame[],
  sequence: LightSequence,
): { light: LightEvidence; reason: LightReason | null } {
  const light = weigh(frames, sequence);
  return { light, reason: judge(light) };
}

function weigh(
  given: readonly LitFrame[],
  sequence: LightSequence,
): LightEvidence {
  const { frames, cells, face, neck } = lightSeries(given);
  const counts = {
    frames: frames.length,
    cells: cells.length,
    unusable: given.length - frames.length,
  };
  if (counts.frames < 2 || counts.cells === 0) return { ...counts, ...nothing };
  const whole = meanSeries(face);
  const changes = whole.map((values) =>
    withoutPose(frames, values.map((value) => Math.log(value)))
  );
  const { delayMs, follows } = bestDelay(
    (delayMs) => new AskedLight(frames, sequence, delayMs).changes,
    changes,
    { longestMs: lightLimits.longestDelayMs, stepMs: 25 },
  );
  const asked = new AskedLight(frames, sequence, delayMs);
  const added = asked.added(whole);
  const response = added / asked.steady(whole);
  const steady = face.map((light) => asked.steady(light));
  const beyond = (lights: readonly Series[], colors: AskedLight) =>
    beyondFlat(cells, steady, lights.map((light) => colors.added(light)));
  const found = beyond(face, asked);
  const left = face.map((light) => asked.without(light));
  const byChance = mean(
    reordered(sequence).map((other) =>
      beyond(left, new AskedLight(frames, other, delayMs))
    ),
  );
  const chance = Math.sqrt(byChance) / Math.abs(added);
  const limits = lightLimits.chance;
  const spread = Math.sqrt(
    mean(changes.map((change) => dot(change, change) / change.length)),
  );
  return {
    ...counts,
    follows,
    delayMs,
    response,
    relief: Math.sqrt(Math.max(0, found - byChance)) / Math.abs(added),
    chance,
    neededRelief: Math.max(
      lightLimits.relief + limits.beyond * chance,
      limits.atLeast * chance,
    ),
    neck: asked.added(neck) / asked.steady(neck) / response,
    otherwise: spread * Math.sqrt(1 - Math.max(0, follows) ** 2),
  };
}

function judge(evidence: LightEvidence): LightReason | null {
  const { frames, cells, unusable, follows, response } = evidence;
  const { relief, chance, neededRelief, neck, otherwise } = evidence;
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
  if (!(relief >= neededRelief)) {
    return chance < limits.mostChance
      ? { kind: "flat", relief }
      : { kind: "too-bright", response };
  }
  return neck >= limits.neck ? null : { kind: "only-the-face", neck };
}

const nothing = {
  follows: 0,
  delayMs: 0,
  response: 0,
  relief: 0,
  chance: 0,
  neededRelief: lightLimits.relief,
  neck: 0,
  otherwise: 0,
};

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

function meanSeries(all: readonly Series[]): Series {
  return all[0]!.map((values, c) =>
    values.map((_, i) => mean(all.map((series) => series[c]![i]!)))
  );
}

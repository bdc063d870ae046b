import type { Track } from "./track.ts";

/** Draws a whole number from 0 up to, not including, `below`. */
export type Draw = (below: number) => number;

/** Which colours the screen shows, one after the other: red, green and blue, linear light of 0 to 1. */
export interface LightSequence extends Track {
  /** Indices into `lightColors`, never the same twice in a row. */
  readonly steps: number[];
  readonly pace: Pace;
}

/**
 * What a dark primary gives still. No colour is then a saturated red as WCAG 2.3.1 has it: the
 * share of red in red, green and blue is at most 1 / 1.4 = 0.71, under its 0.8.
 */
const dark = 0.2;

/** The eight colours whose primaries are each dark or bright. */
const lightColors = Array.from(
  { length: 8 },
  (_, i) => [1, 2, 4].map((bit) => i & bit ? 1 : dark),
);

/**
 * How long each colour is shown, its fade included, and how long its fade takes. WCAG 2.3.1 allows
 * three flashes a second; here are at most 2.5 changes.
 */
const paces = {
  usual: { stepMs: 400, fadeMs: 120 },
  /** For whoever asks the system for less motion: slower and softer. */
  gentle: { stepMs: 700, fadeMs: 400 },
} as const;
/** How fast a challenge goes. */
export type Pace = keyof typeof paces;

/** After so many steps the light is weighed; as many more follow, and again, where that was too little. */
const stepsToWeigh = 10;
const mostLooks = 4;

/**
 * A random sequence. In each ten steps each primary is bright in three at least and dark in three,
 * and changes three times or more, so that every channel of the camera has something to follow; 27.9
 * bits remain of the 28.3 of ten steps.
 *
 * @param draw from a source nobody can predict, unless a test needs known colours
 */
export function drawLightSequence(draw: Draw, pace: Pace): LightSequence {
  const steps: number[] = [];
  while (steps.length < mostLooks * stepsToWeigh) {
    const next = drawSteps(draw, steps.at(-1));
    if (isVaried(next)) steps.push(...next);
  }
  return sequenceOf(steps, pace);
}

/** The same colours in other orders. */
export function reordered({ steps, pace }: LightSequence): LightSequence[] {
  const swapped = (step: number) => (step << 1 & 7) | step >> 2;
  return steps.slice(1).flatMap((_, i) => {
    const turned = [...steps.slice(i + 1), ...steps.slice(0, i + 1)];
    const once = turned.map(swapped);
    return [sequenceOf(once, pace), sequenceOf(once.map(swapped), pace)];
  });
}

function sequenceOf(steps: number[], pace: Pace): LightSequence {
  const { stepMs, fadeMs } = paces[pace];
  const rows = steps.flatMap((step, i) => [
    [i * stepMs, ...lightColors[steps[i - 1] ?? step]!],
    [i * stepMs + fadeMs, ...lightColors[step]!],
  ]);
  const looksMs = Array.from(
    { length: mostLooks },
    (_, i) => (i + 1) * stepsToWeigh * stepMs,
  );
  return { steps, pace, rows, looksMs };
}

/** Steps of which each differs from the one before, the first from `last`. */
function drawSteps(draw: Draw, last: number | undefined): number[] {
  const steps: number[] = [];
  for (let before = last; steps.length < stepsToWeigh;) {
    const next = before === undefined
      ? draw(lightColors.length)
      : (before + 1 + draw(lightColors.length - 1)) % lightColors.length;
    steps.push(next);
    before = next;
  }
  return steps;
}

/** Whether each primary is often enough bright, dark and changed. */
function isVaried(steps: readonly number[]): boolean {
  return [1, 2, 4].every((bit) => {
    const bright = steps.map((step) => (step & bit) !== 0);
    const count = bright.filter(Boolean).length;
    const changes = bright.filter((on, i) => i > 0 && on !== bright[i - 1]);
    return count >= 3 && count <= steps.length - 3 && changes.length >= 3;
  });
}

import type { Draw, Pace } from "./light_sequence.ts";

/** Where a dot goes on the screen, level with the eyes: one smooth move after the other. */
export interface DotPath {
  /** Where each move ends: -1 the screen's left edge of the stage, 0 the middle, 1 its right edge. */
  readonly stops: readonly number[];
  /** How long each move takes, ms. */
  readonly moveMs: readonly number[];
}

const positions = [-1, -0.5, 0, 0.5, 1];
/** How long a move may take, ms. */
const paces: Readonly<Record<Pace, number[]>> = {
  usual: [600, 800, 1000],
  gentle: [1200, 1500, 1800],
};
/** After so many moves the movements are weighed; as many more follow, and again, where that was too little. */
const movesToWeigh = 8;
const mostLooks = 3;
/** No move is shorter than this, so that a head has to turn for it. */
const shortestMove = 0.9;

/** A random path from the middle: about 21 bits in eight moves. @param draw from a source nobody can predict */
export function drawDotPath(draw: Draw, pace: Pace): DotPath {
  const moveMs = paces[pace];
  const stops: number[] = [];
  while (stops.length < mostLooks * movesToWeigh) {
    const from = stops.at(-1) ?? 0;
    const far = positions.filter((to) => Math.abs(to - from) > shortestMove);
    stops.push(far[draw(far.length)]!);
  }
  return { stops, moveMs: stops.map(() => moveMs[draw(moveMs.length)]!) };
}

/** When a path is weighed, ms since it began; the last is its end. */
export function pathLooksMs({ moveMs }: DotPath): number[] {
  return Array.from(
    { length: mostLooks },
    (_, i) =>
      moveMs.slice(0, (i + 1) * movesToWeigh)
        .reduce((sum, ms) => sum + ms, 0),
  );
}

/** Where the dot is, ms since it began to move; eases in and out. */
export function dotAt({ stops, moveMs }: DotPath, atMs: number): number {
  let from = 0;
  let left = Math.max(0, atMs);
  for (const [i, to] of stops.entries()) {
    const ms = moveMs[i]!;
    if (left < ms) {
      return from + (to - from) * (1 - Math.cos(Math.PI * left / ms)) / 2;
    }
    left -= ms;
    from = to;
  }
  return from;
}

/** A path as rows of moment (ms) and place, close enough to go evenly between. */
export function dotTrack(path: DotPath): number[][] {
  const everyMs = 50;
  const rows = Math.ceil(pathLooksMs(path).at(-1)! / everyMs) + 1;
  return Array.from(
    { length: rows },
    (_, i) => [i * everyMs, dotAt(path, i * everyMs)],
  );
}

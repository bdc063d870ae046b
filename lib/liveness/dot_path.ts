import type { Draw, Pace } from "./light_sequence.ts";
import type { Track } from "./track.ts";

/** Where a dot is on the screen, level with the eyes: -1 is the screen's left edge of the stage, 0 the middle, 1 its right edge. */
export interface DotPath extends Track {
  /** How much later than the dot a head may turn and a camera show it, ms. */
  readonly longestDelayMs: number;
}

/** Where moves may end, how long each may take, how late a head may be, and how far apart rows are, ms. */
const paces = {
  usual: {
    positions: [-1, -0.5, 0, 0.5, 1],
    moveMs: [600, 800, 1000],
    longestDelayMs: 700,
    rowMs: 50,
  },
  /** For who turns by the words said aloud: three of them, and time to say and to hear each. */
  gentle: {
    positions: [-1, 0, 1],
    moveMs: [1600, 2000, 2400],
    longestDelayMs: 1500,
    rowMs: 100,
  },
};
/** After so many moves the movements are weighed; as many more follow, and again, where that was too little. */
const movesToWeigh = 8;
const mostLooks = 3;
/** No move is shorter than this, so that a head has to turn for it. */
const shortestMove = 0.9;

/**
 * A random path: one smooth move after the other from the middle, about 21 bits in eight moves.
 *
 * @param draw from a source nobody can predict, unless a test needs a known path
 */
export function drawDotPath(draw: Draw, pace: Pace): DotPath {
  const { positions, moveMs: times, longestDelayMs, rowMs } = paces[pace];
  const rows = [[0, 0]];
  const looksMs: number[] = [];
  for (let move = 1, from = 0, atMs = 0; looksMs.length < mostLooks; move++) {
    const far = positions.filter((to) => Math.abs(to - from) > shortestMove);
    const to = far[draw(far.length)]!;
    const moveMs = times[draw(times.length)]!;
    for (let ms = rowMs; ms <= moveMs; ms += rowMs) {
      const eased = (1 - Math.cos(Math.PI * ms / moveMs)) / 2;
      rows.push([atMs + ms, from + (to - from) * eased]);
    }
    from = to;
    atMs += moveMs;
    if (move % movesToWeigh === 0) looksMs.push(atMs);
  }
  return { rows, looksMs, longestDelayMs };
}

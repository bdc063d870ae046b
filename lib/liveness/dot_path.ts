import type { Draw, Pace } from "./light_sequence.ts";
import type { Track } from "./track.ts";

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
/** Rows this close together leave a smooth move smooth, ms. */
const rowMs = 50;

/**
 * A random path of a dot on the screen, level with the eyes: one smooth move after the other from
 * the middle, which is 0; -1 is the screen's left edge of the stage, 1 its right edge. About 21
 * bits in eight moves.
 *
 * @param draw from a source nobody can predict, unless a test needs a known path
 */
export function drawDotPath(draw: Draw, pace: Pace): Track {
  const rows = [[0, 0]];
  const looksMs: number[] = [];
  for (let move = 1, from = 0, atMs = 0; looksMs.length < mostLooks; move++) {
    const far = positions.filter((to) => Math.abs(to - from) > shortestMove);
    const to = far[draw(far.length)]!;
    const moveMs = paces[pace][draw(paces[pace].length)]!;
    for (let ms = rowMs; ms <= moveMs; ms += rowMs) {
      const eased = (1 - Math.cos(Math.PI * ms / moveMs)) / 2;
      rows.push([atMs + ms, from + (to - from) * eased]);
    }
    from = to;
    atMs += moveMs;
    if (move % movesToWeigh === 0) looksMs.push(atMs);
  }
  return { rows, looksMs };
}

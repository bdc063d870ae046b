/** Red, green, blue, 0 to 255. */
type Rgb = readonly [number, number, number];

const blue: Rgb = [20, 99, 158];
const paper: Rgb = [250, 246, 238];
const orange: Rgb = [179, 71, 11];

/**
 * Blue for 0, paper for the threshold, orange from twice the threshold on: a distance's colour
 * says at a glance on which side it lies.
 */
export function distanceColor(distance: number, threshold: number): string {
  return diverging(distance / threshold - 1);
}

/** Orange for -1, paper for 0, blue for 1; values outside are cut. */
export function signedColor(value: number): string {
  return diverging(-value);
}

function diverging(value: number): string {
  const part = Math.min(1, Math.abs(value));
  return hex(mix(paper, value < 0 ? blue : orange, part));
}

function mix(from: Rgb, to: Rgb, part: number): Rgb {
  const at = (i: 0 | 1 | 2) => Math.round(from[i] + (to[i] - from[i]) * part);
  return [at(0), at(1), at(2)];
}

function hex(color: Rgb): string {
  return `#${
    color.map((channel) => channel.toString(16).padStart(2, "0")).join("")
  }`;
}

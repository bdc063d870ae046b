/** What the passive networks say of one face, or of a whole challenge: 0 a picture, 1 a live face. */
export interface PassiveScores {
  readonly antispoof: number;
  readonly liveness: number;
}

/**
 * The rule that joins active and passive: a challenge must be passed, and neither mean score of its
 * straight frames may lie below its floor. A score that is missing or no number refuses as well,
 * so that no path leads past the networks.
 */
export function looksLikePicture(
  mean: PassiveScores | null,
  floors: PassiveScores,
): boolean {
  return mean === null || !(mean.antispoof >= floors.antispoof) ||
    !(mean.liveness >= floors.liveness);
}

/**
 * Floors well below the live presentations of tests/photos/liveness, whose means are 0.63 to 0.85
 * and 0.96 to 0.99. Those of the attacks lie in the same ranges, so the floors catch none of them:
 * they are there for what is plainly a picture to the networks, and may be set by whoever has
 * measured his own camera (`deno task evaluate-liveness DIR --antispoof-floor X`).
 */
export const passiveFloors: PassiveScores = { antispoof: 0.3, liveness: 0.5 };

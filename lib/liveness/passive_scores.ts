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

import type { PassiveScores } from "./passive_scores.ts";

/**
 * What the straight frames of a challenge leave behind: the only thing a sign-in may be decided
 * on, since nothing else is known to come from the face that passed.
 */
export interface Evidence {
  /** Mean of the frames' embeddings; of unit length where all of theirs are. */
  readonly vector: Float32Array;
  /** How many frames. */
  readonly frames: number;
  /** Mean of the frames' scores; null when one of them came without. */
  readonly passive: PassiveScores | null;
}

/** One straight frame. */
interface Straight {
  readonly vector: Float32Array;
  readonly passive?: PassiveScores | undefined;
}

/** Mean over straight frames, at least one. */
export function gatherEvidence(straight: readonly Straight[]): Evidence {
  const frames = straight.length;
  const vector = new Float32Array(straight[0]!.vector.length);
  for (const each of straight) {
    for (let i = 0; i < vector.length; i++) {
      vector[i]! += each.vector[i]! / frames;
    }
  }
  // Models whose vectors lie on the unit sphere are compared on it (FaceNet); face-api's do not.
  const onSphere = straight.every((each) => isUnit(norm(each.vector)));
  const scale = onSphere ? 1 / norm(vector) : 1;
  return {
    vector: vector.map((value) => value * scale),
    frames,
    passive: meanScores(straight),
  };
}

function meanScores(straight: readonly Straight[]): PassiveScores | null {
  const scores = straight.flatMap(({ passive }) => passive ?? []);
  if (scores.length < straight.length) return null;
  const mean = (of: keyof PassiveScores) =>
    scores.reduce((sum, each) => sum + each[of], 0) / scores.length;
  return { antispoof: mean("antispoof"), liveness: mean("liveness") };
}

function norm(vector: Float32Array): number {
  return Math.hypot(...vector);
}

function isUnit(length: number): boolean {
  return Math.abs(length - 1) < 1e-3;
}

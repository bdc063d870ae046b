import { euclideanDistance } from "../match/distance.ts";
import type { LightEvidence } from "./light_check.ts";
import type { MotionEvidence } from "./dot_check.ts";

/**
 * What a passed challenge leaves behind: the only thing a sign-in may be decided on, since nothing
 * else is known to come from the face that passed.
 */
export interface Evidence {
  /** Mean of the straight frames' embeddings; of unit length where all of theirs are. */
  readonly vector: Float32Array;
  /** How many frames it is the mean of. */
  readonly frames: number;
  /** What the light showed; null where the policy asks for none. */
  readonly light: LightEvidence | null;
  /** What the movements showed; null where the policy asks for none. */
  readonly motion: MotionEvidence | null;
}

/** Mean of embeddings, at least one. */
export function meanVector(vectors: readonly Float32Array[]): Float32Array {
  const mean = new Float32Array(vectors[0]!.length);
  for (const vector of vectors) {
    for (let i = 0; i < mean.length; i++) {
      mean[i]! += vector[i]! / vectors.length;
    }
  }
  // Models whose vectors lie on the unit sphere are compared on it (FaceNet); face-api's do not.
  const onSphere = vectors.every((vector) => Math.abs(norm(vector) - 1) < 1e-3);
  const scale = onSphere ? 1 / norm(mean) : 1;
  return mean.map((value) => value * scale);
}

function norm(vector: Float32Array): number {
  return euclideanDistance(vector, new Float32Array(vector.length));
}

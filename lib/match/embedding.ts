/** A face as a point in the model's space: what every comparison works on. */
export interface Embedding {
  /** Names the network and the way its chips are made; only equal ids may be compared. */
  readonly modelId: string;
  /** Coordinates, one per dimension. */
  readonly vector: Float32Array;
  /** Euclidean length of `vector`. About 1.5 for the 128-d face-api model, 1 for FaceNet. */
  readonly norm: number;
}

/** Euclidean length of a vector. */
export function l2Norm(vector: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < vector.length; i++) sum += vector[i]! * vector[i]!;
  return Math.sqrt(sum);
}

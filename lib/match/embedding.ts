/** A face as a point in the model's space: what every comparison works on. */
export interface Embedding {
  /** Names the network and the way its chips are made; only equal ids may be compared. */
  readonly modelId: string;
  /** Coordinates, one per dimension. */
  readonly vector: Float32Array;
}

/**
 * One embedding of several of one face: their weighted mean, at their mean length. Without that a
 * mean of differing directions would be shorter than any embedding and nearer to everybody.
 *
 * @param weights how much each counts, over 0
 */
export function fuse(
  vectors: readonly Float32Array[],
  weights: readonly number[],
): Float32Array {
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const mean = new Float32Array(vectors[0]!.length);
  let lengths = 0;
  for (const [i, vector] of vectors.entries()) {
    const share = weights[i]! / total;
    lengths += share * Math.hypot(...vector);
    for (let j = 0; j < mean.length; j++) mean[j]! += share * vector[j]!;
  }
  const scale = lengths / Math.hypot(...mean);
  return mean.map((value) => value * scale);
}

/** A face as a point in the model's space: what every comparison works on. */
export interface Embedding {
  /** Names the network and the way its chips are made; only equal ids may be compared. */
  readonly modelId: string;
  /** Coordinates, one per dimension. */
  readonly vector: Float32Array;
}

/** What the store keeps of one photo of one user. */
export interface Template {
  /** Whose face it is. */
  readonly user: string;
  /** File name of the photo, without its folder. */
  readonly photo: string;
  /** SHA-256 of the photo file's bytes, 64 hex digits. */
  readonly photoSha256: string;
  /** The embedding's coordinates. */
  readonly vector: Float32Array;
  /** When it was made, ISO 8601 in UTC. */
  readonly createdAt: string;
}

/** A template and how far a probe lies from it. */
export interface Match {
  /** The template that was compared. */
  readonly template: Template;
  /** Distance of the two embeddings, in the model's own units. */
  readonly distance: number;
}

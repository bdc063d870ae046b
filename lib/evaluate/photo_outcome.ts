/** What became of one photo. */
export type PhotoOutcome =
  | {
    readonly kind: "embedded";
    readonly vector: Float32Array;
    /** How many faces the photo shows; the largest was taken. */
    readonly faces: number;
  }
  | {
    /** Missing or damaged file, or no face found: a failure to acquire (ISO/IEC 19795-1). */
    readonly kind: "unreadable" | "no-face";
    /** What was wrong, for a person. */
    readonly reason: string;
  };

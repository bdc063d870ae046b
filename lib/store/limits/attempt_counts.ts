/** One name's failed sign-ins. */
export interface Failures {
  /** How many since the last success or pause. */
  readonly count: number;
  /** When the last one happened, milliseconds since 1970. */
  readonly lastMs: number;
}

/** Where the counts of failed sign-ins lie: a file beside a JSON store, a table in a database. */
export interface AttemptCounts {
  /**
   * Replaces a name's failures by what `change` makes of them, null for none, in one step that no
   * other process comes between; if `change` throws, nothing changes. Failures older than `oldestMs`
   * are forgotten, everybody's.
   */
  change(
    name: string,
    oldestMs: number,
    change: (held: Failures | null) => Failures | null,
  ): Promise<void>;
}

/** One name's failed sign-ins. */
export interface Failures {
  /** How many since the last success or pause. */
  readonly count: number;
  /** When the last one happened, milliseconds since 1970. */
  readonly lastMs: number;
}

/** Where the counts of failed sign-ins lie: in memory for a JSON store, a table in a database. */
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

/** Counts that end with the process, as a JSON store has them. */
export class AttemptsInMemory implements AttemptCounts {
  private readonly held = new Map<string, Failures>();

  change(
    name: string,
    oldestMs: number,
    change: (held: Failures | null) => Failures | null,
  ): Promise<void> {
    return Promise.try(() => {
      for (const [each, { lastMs }] of this.held) {
        if (lastMs < oldestMs) this.held.delete(each);
      }
      const changed = change(this.held.get(name) ?? null);
      if (changed === null) this.held.delete(name);
      else this.held.set(name, changed);
    });
  }
}

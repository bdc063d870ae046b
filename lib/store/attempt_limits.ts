import { StoreDamagedError, TooManyAttemptsError } from "../errors.ts";
import { writeFileAtomically } from "./atomic_file.ts";
import { withFileLock } from "./file_lock.ts";

/** How many failures are free, and how the waiting grows. */
export interface AttemptPolicy {
  /** Failures after which the next attempt must wait. */
  readonly failures: number;
  /** Failures further apart than this are forgotten, in milliseconds. */
  readonly windowMs: number;
  /** First waiting, in milliseconds; every further failure doubles it. */
  readonly firstWaitMs: number;
  /** Longest waiting, in milliseconds. */
  readonly longestWaitMs: number;
}

/** Five failures within 15 minutes; then 30 seconds, 1 minute, 2 … up to an hour. */
export const defaultAttemptPolicy: AttemptPolicy = {
  failures: 5,
  windowMs: 15 * 60_000,
  firstWaitMs: 30_000,
  longestWaitMs: 60 * 60_000,
};

interface Failures {
  /** How many since the last success or pause. */
  readonly count: number;
  /** When the last one happened, milliseconds since 1970. */
  readonly lastMs: number;
}

/**
 * Slows down who tries faces against one user's name. The counts lie in a small file, so they
 * survive a restart and are shared between processes. They hold names and times only.
 */
export class AttemptLimits {
  constructor(
    private readonly path: string,
    private readonly policy: AttemptPolicy = defaultAttemptPolicy,
    private readonly now: () => number = Date.now,
  ) {}

  /**
   * Counts an attempt as failed before it is decided, so that many at once cannot slip through
   * together and a killed process does not get its attempt back. `succeeded` or `undecided` takes
   * it back.
   *
   * @throws TooManyAttemptsError when the user must wait; the attempt is not counted then.
   */
  async begin(user: string): Promise<void> {
    await this.change(user, (failures) => {
      const nowMs = this.now();
      const waitMs = failures.lastMs + this.waitAfter(failures.count) - nowMs;
      if (waitMs > 0) throw tooMany(user, failures.count, waitMs);
      return { count: failures.count + 1, lastMs: nowMs };
    });
  }

  /** The user signed in: all failures are forgotten. */
  async succeeded(user: string): Promise<void> {
    await this.change(user, () => null);
  }

  /** The photo could not be judged: the attempt does not count. */
  async undecided(user: string): Promise<void> {
    await this.change(
      user,
      ({ count, lastMs }) => count <= 1 ? null : { count: count - 1, lastMs },
    );
  }

  private async change(
    user: string,
    change: (failures: Failures) => Failures | null,
  ): Promise<void> {
    await withFileLock(this.path, async () => {
      const all = await this.read();
      const nowMs = this.now();
      for (const [name, { count, lastMs }] of all) {
        const keepMs = Math.max(this.policy.windowMs, this.waitAfter(count));
        if (nowMs - lastMs > keepMs) all.delete(name);
      }
      const changed = change(all.get(user) ?? { count: 0, lastMs: nowMs });
      if (changed === null) all.delete(user);
      else all.set(user, changed);
      await writeFileAtomically(this.path, JSON.stringify([...all], null, 1));
    });
  }

  private waitAfter(count: number): number {
    const { failures, firstWaitMs, longestWaitMs } = this.policy;
    if (count < failures) return 0;
    return Math.min(longestWaitMs, firstWaitMs * 2 ** (count - failures));
  }

  private async read(): Promise<Map<string, Failures>> {
    let text: string;
    try {
      text = await Deno.readTextFile(this.path);
    } catch (error) {
      if (error instanceof Deno.errors.NotFound) return new Map();
      throw error;
    }
    try {
      return new Map(parseCounts(text));
    } catch (cause) {
      throw new StoreDamagedError(
        `${this.path} is damaged; remove it to let the counting of failed sign-ins begin anew`,
        { cause },
      );
    }
  }
}

function parseCounts(text: string): [string, Failures][] {
  const rows: unknown = JSON.parse(text);
  if (!Array.isArray(rows)) throw new TypeError("not a list");
  return rows.map((row) => {
    const [user, { count, lastMs }] = row;
    if (
      typeof user !== "string" || !Number.isInteger(count) ||
      !Number.isFinite(lastMs)
    ) {
      throw new TypeError("not a count of failures");
    }
    return [user, { count, lastMs }];
  });
}

function tooMany(
  user: string,
  count: number,
  waitMs: number,
): TooManyAttemptsError {
  const seconds = Math.ceil(waitMs / 1000);
  const wait = seconds < 120
    ? `${seconds} seconds`
    : `${Math.ceil(seconds / 60)} minutes`;
  return new TooManyAttemptsError(
    `${count} sign-ins as ${user} failed one after another; try again in ${wait}`,
  );
}

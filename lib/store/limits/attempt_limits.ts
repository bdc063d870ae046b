import { TooManyAttemptsError } from "../../errors.ts";

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

/** How many failures are free, and how the waiting grows. */
interface AttemptPolicy {
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
const defaultAttemptPolicy: AttemptPolicy = {
  failures: 5,
  windowMs: 15 * 60_000,
  firstWaitMs: 30_000,
  longestWaitMs: 60 * 60_000,
};

/** Several people stand at one door, and strangers may: it takes twenty failures with no success between. */
const defaultDoorPolicy: AttemptPolicy = {
  ...defaultAttemptPolicy,
  failures: 20,
};

/** Whose failures are counted: a user's, by name, or those at a door, such as a web client's address. */
export type AttemptSubject = string | { readonly door: string };

/**
 * Slows down who tries faces against one user's name, or many faces at one door. The counts of
 * a database lie in it, so they survive a restart and are shared between processes; a JSON store's
 * end with the process. They hold names and times only.
 */
export class AttemptLimits {
  constructor(
    private readonly counts: AttemptCounts,
    private readonly policy: AttemptPolicy = defaultAttemptPolicy,
    private readonly now: () => number = Date.now,
    private readonly doorPolicy: AttemptPolicy = defaultDoorPolicy,
  ) {}

  /**
   * Counts an attempt as failed before it is decided, so that many at once cannot slip through
   * together and a killed process does not get its attempt back. `succeeded` or `undecided` takes
   * it back.
   *
   * @throws TooManyAttemptsError when they must wait; the attempt is not counted then.
   */
  async begin(subject: AttemptSubject): Promise<void> {
    await this.change(subject, ({ count, lastMs }, policy) => {
      const nowMs = this.now();
      const waitMs = lastMs + waitAfter(count, policy) - nowMs;
      if (waitMs > 0) throw tooMany(subject, count, waitMs);
      return { count: count + 1, lastMs: nowMs };
    });
  }

  /** Somebody signed in: all failures are forgotten. */
  async succeeded(subject: AttemptSubject): Promise<void> {
    await this.change(subject, () => null);
  }

  /** The photo could not be judged: the attempt does not count. */
  async undecided(subject: AttemptSubject): Promise<void> {
    await this.change(
      subject,
      ({ count, lastMs }) => count <= 1 ? null : { count: count - 1, lastMs },
    );
  }

  private async change(
    subject: AttemptSubject,
    change: (failures: Failures, policy: AttemptPolicy) => Failures | null,
  ): Promise<void> {
    const isUser = typeof subject === "string";
    const policy = isUser ? this.policy : this.doorPolicy;
    const name = keyOf(subject);
    const nowMs = this.now();
    const none = { count: 0, lastMs: nowMs };
    const longestMs = Math.max(
      ...[this.policy, this.doorPolicy].map(longestMemoryMs),
    );
    await this.counts.change(name, nowMs - longestMs, (held) => {
      const forgotten = held === null ||
        nowMs - held.lastMs >
          Math.max(policy.windowMs, waitAfter(held.count, policy));
      return change(forgotten ? none : held, policy);
    });
  }
}

/** No user's name begins with @, but a claim may, and must not count at the door it names. */
function keyOf(subject: AttemptSubject): string {
  if (typeof subject !== "string") return `@${subject.door}`;
  return subject.startsWith("@") ? `@${subject}` : subject;
}

function waitAfter(
  count: number,
  { failures, firstWaitMs, longestWaitMs }: AttemptPolicy,
): number {
  if (count < failures) return 0;
  return Math.min(longestWaitMs, firstWaitMs * 2 ** (count - failures));
}

function longestMemoryMs({ windowMs, longestWaitMs }: AttemptPolicy): number {
  return Math.max(windowMs, longestWaitMs);
}

function tooMany(
  subject: AttemptSubject,
  count: number,
  waitMs: number,
): TooManyAttemptsError {
  const seconds = Math.ceil(waitMs / 1000);
  const wait = seconds < 120
    ? `${seconds} seconds`
    : `${Math.ceil(seconds / 60)} minutes`;
  const where = typeof subject === "string" ? `as ${subject}` : "from here";
  return new TooManyAttemptsError(
    `${count} sign-ins ${where} failed one after another; try again in ${wait}`,
    waitMs,
  );
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

import { createHash } from "node:crypto";
import { TooManyAttemptsError } from "../../errors.ts";

/** Failed sign-ins under one key. */
export interface Failures {
  /** How many since the last success or pause. */
  readonly count: number;
  /** When the last one happened, milliseconds since 1970. */
  readonly lastMs: number;
}

/** Where the counts of failed sign-ins lie: in memory for a JSON store, a table in a database. */
export interface AttemptCounts {
  /**
   * Replaces a key's failures by what `change` makes of them, null for none, in one step that no
   * other process comes between; if `change` throws, nothing changes. Failures older than `oldestMs`
   * are forgotten, everybody's.
   */
  change(
    key: string,
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

/** Several people may come from one client's address, and strangers: it takes twenty failures. */
const defaultClientPolicy: AttemptPolicy = {
  ...defaultAttemptPolicy,
  failures: 20,
};

/**
 * Whose failures are counted: a name's at the machine itself; a name's from one client's address, so
 * that nobody locks another out from elsewhere; or all of a client's.
 */
export type AttemptSubject = string | {
  readonly user?: string | undefined;
  readonly client: string;
};

/**
 * Slows down who tries faces against one user's name, or many faces from one client's address. The
 * counts of a database lie in it, so they survive a restart and are shared between processes; a JSON
 * store's end with the process. They hold times and hashes of names and addresses.
 */
export class AttemptLimits {
  constructor(
    private readonly counts: AttemptCounts,
    private readonly policy: AttemptPolicy = defaultAttemptPolicy,
    private readonly now: () => number = Date.now,
    private readonly clientPolicy: AttemptPolicy = defaultClientPolicy,
  ) {}

  /**
   * Counts an attempt as failed before it is decided, so that many at once cannot slip through
   * together and a killed process does not get its attempt back. `succeeded` or `takeBack` takes
   * it back.
   *
   * @throws TooManyAttemptsError when they must wait; the attempt is not counted then.
   */
  async begin(subject: AttemptSubject): Promise<void> {
    const nowMs = this.now();
    let refused: TooManyAttemptsError | undefined;
    await this.change(subject, ({ count, lastMs }, policy) => {
      // A clock that was set back does not lengthen the waiting.
      const failedMs = Math.min(lastMs, nowMs);
      const waitMs = failedMs + waitAfter(count, policy) - nowMs;
      if (waitMs <= 0) return { count: count + 1, lastMs: nowMs };
      refused = tooMany(subject, count, waitMs);
      return { count, lastMs: failedMs };
    });
    if (refused !== undefined) throw refused;
  }

  /** Somebody signed in: all failures are forgotten. @returns how many there were, this attempt among them */
  async succeeded(subject: AttemptSubject): Promise<number> {
    let forgotten = 0;
    await this.change(subject, ({ count }) => {
      forgotten = count;
      return null;
    });
    return forgotten;
  }

  /** Takes attempts back that do not count, such as one with a photo that could not be judged. */
  async takeBack(subject: AttemptSubject, attempts = 1): Promise<void> {
    await this.change(
      subject,
      ({ count, lastMs }) =>
        count <= attempts ? null : { count: count - attempts, lastMs },
    );
  }

  private async change(
    subject: AttemptSubject,
    change: (failures: Failures, policy: AttemptPolicy) => Failures | null,
  ): Promise<void> {
    const ofName = typeof subject === "string" || subject.user !== undefined;
    const policy = ofName ? this.policy : this.clientPolicy;
    const nowMs = this.now();
    const none = { count: 0, lastMs: nowMs };
    const longestMs = Math.max(
      ...[this.policy, this.clientPolicy].map(longestMemoryMs),
    );
    await this.counts.change(keyOf(subject), nowMs - longestMs, (held) => {
      const forgotten = held === null ||
        nowMs - held.lastMs >
          Math.max(policy.windowMs, waitAfter(held.count, policy));
      return change(forgotten ? none : held, policy);
    });
  }
}

/** Not the names themselves: what people claim, and who was removed, is not kept here. */
function keyOf(subject: AttemptSubject): string {
  const { user = null, client = null } = typeof subject === "string"
    ? { user: subject }
    : subject;
  return createHash("sha256").update(JSON.stringify([user, client]))
    .digest("hex");
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
  const user = typeof subject === "string" ? subject : subject.user;
  const where = user === undefined ? "from here" : `as ${user}`;
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

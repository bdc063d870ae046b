import { defaultAttemptPolicy } from "../store/limits/attempt_limits.ts";
import { Problem } from "./problems.ts";

/** Most keys remembered; the one that was quiet longest gives way. */
const mostKeys = 10_000;

/** Counts failed attempts by a key in memory, and makes each further one wait longer. */
export class AttemptCounter {
  readonly #failures = new Map<string, { count: number; lastMs: number }>();
  readonly #now: () => number;
  readonly #policy = defaultAttemptPolicy;

  constructor(now: () => number = Date.now) {
    this.#now = now;
  }

  /**
   * Counts an attempt as failed before it is decided, so that many at once cannot slip through.
   *
   * @throws Problem too-many-attempts when the key must wait.
   */
  begin(key: string): void {
    const nowMs = this.#now();
    const { count, lastMs } = this.#of(key, nowMs);
    const waitMs = lastMs + this.#waitAfter(count) - nowMs;
    if (waitMs > 0) {
      const seconds = Math.ceil(waitMs / 1000);
      throw new Problem(
        429,
        "too-many-attempts",
        `Too many attempts failed; try again in ${seconds} seconds.`,
        seconds,
      );
    }
    this.#failures.delete(key);
    this.#failures.set(key, { count: count + 1, lastMs: nowMs });
    if (this.#failures.size > mostKeys) {
      this.#failures.delete(this.#failures.keys().next().value!);
    }
  }

  /** All failures of a key are forgotten. */
  succeeded(key: string): void {
    this.#failures.delete(key);
  }

  #of(key: string, nowMs: number) {
    const fresh = { count: 0, lastMs: 0 };
    const failures = this.#failures.get(key) ?? fresh;
    const keepMs = Math.max(
      this.#policy.windowMs,
      this.#waitAfter(failures.count),
    );
    return nowMs - failures.lastMs > keepMs ? fresh : failures;
  }

  #waitAfter(count: number): number {
    const { failures, firstWaitMs, longestWaitMs } = this.#policy;
    if (count < failures) return 0;
    return Math.min(longestWaitMs, firstWaitMs * 2 ** (count - failures));
  }
}

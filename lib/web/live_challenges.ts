import { LRUCache } from "lru-cache";
import type { Settings } from "../config.ts";
import { NothingRegisteredError, ServerBusyError } from "../errors.ts";
import type { Challenge, LiveReason } from "../liveness/challenge.ts";
import { Challenges } from "../liveness/challenges.ts";
import type { Draw, Pace } from "../liveness/light_sequence.ts";
import {
  type Attempt,
  beginAttempt,
  type Decision,
} from "../people/attempt.ts";
import type { EmbeddingStore } from "../store/embedding_store.ts";
import type { FrameDescription } from "./frame_pool.ts";
import { Problem } from "./problems.ts";

/** Time for a whole challenge, ms: light and dot take 10 s, at the gentle pace 20 s, where few frames come three times that. */
const defaultChallengeTimeMs = 90_000;
/** A server that takes longer for a frame delays the person, ms; a session has one looked at after the other. */
const delayMs = 500;
/** What such a delay may be the reason for. */
const delaysFault: readonly LiveReason["kind"][] = [
  "too-few-frames",
  "too-few-turns",
  "too-late",
  "out-of-step",
];
/** How often within which time attempts of one address are excused, ms: who can make the server slow gains no more. */
const excuses = { most: 20, withinMs: 15 * 60_000 };
/** Addresses whose excuses are remembered. */
const mostAddresses = 10_000;

/** What sign-ins are decided with. */
interface LiveChallengesOptions {
  readonly store: EmbeddingStore;
  readonly threshold: number;
  readonly settings: Pick<Settings, "live" | "margin">;
  /** Whether challenges are recorded for the lab: then nobody signs in, and nothing counts. */
  readonly records?: boolean;
  /** Time for a whole challenge, ms. */
  readonly challengeTimeMs?: number;
  /** Known colours and paths for tests; from the system's random source unless told. */
  readonly draw?: Draw;
  readonly now?: () => number;
}

/** Who signs in. */
interface Client {
  readonly session: string;
  /** The client's address. */
  readonly address: string;
}

/** What a challenge is asked for. */
type Purpose =
  | { readonly user: string | null }
  | { readonly registration: string };

/** An attempt whose challenge is under way. */
interface OpenAttempt {
  readonly attempt: Attempt;
  readonly purpose: Purpose;
  /** The client's address. */
  readonly address: string;
  /** Whether the server was too busy for a frame, or slow. */
  delayed: boolean;
}

/** What a frame came to. */
export interface Followed {
  readonly frame: FrameDescription;
  readonly challenge: Challenge;
  /** What the challenge was asked for. */
  readonly purpose: Purpose;
  /** When the frame had been received, ms on the server's clock. */
  readonly atMs: number;
  /** How long the server then took to look at it, waiting included, ms. */
  readonly workMs: number;
}

/**
 * The only way in: a challenge is issued, followed frame by frame, and redeemed once, for a
 * decision on the very face that passed it or for that face's registration. Nothing here decides on
 * any other picture.
 */
export class LiveChallenges {
  readonly #challenges: Challenges<OpenAttempt>;
  /** How many attempts were excused, by address. */
  readonly #excused: LRUCache<string, number>;
  readonly #now: () => number;

  constructor(private readonly options: LiveChallengesOptions) {
    const { settings, threshold } = options;
    this.#challenges = new Challenges({
      policy: settings.live,
      timeLimitMs: options.challengeTimeMs ?? defaultChallengeTimeMs,
      samePersonDistance: threshold,
    }, options.draw);
    const now = options.now ?? Date.now;
    this.#now = now;
    this.#excused = new LRUCache({
      max: mostAddresses,
      ttl: excuses.withinMs,
      // The time runs from the first of them.
      noUpdateTTL: true,
      ttlResolution: 0,
      perf: { now },
    });
  }

  /**
   * Opens a session's challenge; its earlier one ends. Once colours or a path were told the attempt
   * counts as failed until it succeeds, so that nobody may ask for challenges until one suits a
   * recording; one that ended before is taken back, and so are some that the server delayed.
   *
   * @param purpose signing in as who is claimed to be, null to search all users; or a registration
   * of this session, for which an address' attempts are counted alike
   * @throws TooManyAttemptsError when the user or the address must wait; ServerBusyError when too
   * many challenges are open; Problem nothing-registered.
   */
  async issue(
    { session, address }: Client,
    purpose: Purpose,
    pace: Pace,
  ): Promise<{ id: string; challenge: Challenge }> {
    await this.#giveUp(this.#challenges.clear(session, this.#now()));
    const attempt = await this.#begin(address, purpose);
    const context = { attempt, purpose, address, delayed: false };
    // Nothing is awaited from here to the end: the session may have asked twice at once.
    const nowMs = this.#now();
    const overtaken = this.#challenges.clear(session, nowMs);
    try {
      return this.#challenges.issue({ session, address }, nowMs, context, pace);
    } catch (error) {
      await attempt.withdraw();
      throw error;
    } finally {
      await this.#giveUp(overtaken);
    }
  }

  /** Takes back which attempts of ended challenges do not count. */
  async #giveUp(
    ended: readonly { challenge: Challenge; context: OpenAttempt }[],
  ): Promise<void> {
    for (const { challenge, context } of ended) {
      if (challenge.stage === "straight" || this.#excuse(context)) {
        await context.attempt.withdraw();
      }
    }
  }

  /** Whether the server delayed an attempt, and its address was not excused too often already. */
  #excuse({ delayed, address }: OpenAttempt): boolean {
    const before = this.#excused.get(address) ?? 0;
    if (!delayed || before >= excuses.most) return false;
    this.#excused.set(address, before + 1);
    return true;
  }

  async #begin(client: string, purpose: Purpose): Promise<Attempt> {
    const { store, threshold, settings: { margin }, records } = this.options;
    if (records) return uncompared("recorded", () => Promise.resolve());
    if ("registration" in purpose) {
      // Counted like any, and taken back when it passes.
      await store.attempts.begin({ client });
      return uncompared(
        "no-challenge",
        () => store.attempts.takeBack({ client }),
      );
    }
    const user = purpose.user ?? undefined;
    return await beginAttempt(store, { user, threshold, margin, client })
      .catch(toProblem);
  }

  /**
   * Where a session's undecided challenge stands, and what it is for.
   *
   * @throws Problem no-challenge before any work goes into a frame that belongs to none.
   */
  find(session: string, id: string) {
    const found = this.#challenges.find(id, session);
    if (found?.challenge.verdict !== "pending") noChallenge();
    return found;
  }

  /**
   * Takes a frame. A sign-in's refusal goes to the audit log. The time that the server takes for a
   * frame is not the person's; an end that a slow server may be the reason for is not counted
   * against the person, unless that happened too often at one address.
   *
   * @param shownMs its moment on the page's clock, ms since the page began to show the stage
   * @param look looks at the frame, which has been received by now
   * @throws Problem no-challenge when the session has no such undecided challenge; what `look` throws.
   */
  async follow(
    session: string,
    id: string,
    shownMs: number | null,
    look: () => Promise<FrameDescription>,
  ): Promise<Followed> {
    const { context } = this.find(session, id);
    const atMs = this.#now();
    const frame = await look().catch((error) => {
      if (error instanceof ServerBusyError) context.delayed = true;
      throw error;
    });
    const workMs = this.#now() - atMs;
    if (workMs > delayMs) context.delayed = true;
    const { width, height, faces, live: face } = frame;
    const challenge = this.#challenges.take(id, session, {
      atMs,
      workMs,
      shownMs,
      faces,
      face,
      width,
      height,
    }) ?? noChallenge();
    const { verdict } = challenge;
    const { attempt, purpose } = context;
    if (typeof verdict !== "string") {
      await attempt.refuse(verdict.kind);
      if (delaysFault.includes(verdict.kind) && this.#excuse(context)) {
        await attempt.withdraw();
      }
    }
    return { frame, challenge, purpose, atMs, workMs };
  }

  /**
   * Decides on the face that passed a challenge.
   *
   * @throws Problem no-challenge.
   */
  async decide(session: string, id: string): Promise<Decision> {
    const { context, evidence: { vector } } =
      this.#challenges.redeem(id, session, this.#now()) ?? noChallenge();
    return await context.attempt.decide(vector);
  }

  /**
   * Ends a passed challenge that was issued for a registration.
   *
   * @returns the embedding of the face
   * @throws Problem no-challenge.
   */
  async prove(session: string, id: string): Promise<Float32Array> {
    const { context, evidence: { vector } } =
      this.#challenges.redeem(id, session, this.#now()) ?? noChallenge();
    await context.attempt.withdraw();
    return vector;
  }
}

/** An attempt that nothing is compared in: a registration's or the lab's. */
function uncompared(
  instead: "recorded" | "no-challenge",
  withdraw: () => Promise<void>,
): Attempt {
  return {
    decide: () => Promise.reject(new Problem(instead)),
    refuse: () => Promise.resolve(),
    withdraw,
  };
}

function toProblem(error: unknown): never {
  throw error instanceof NothingRegisteredError
    ? new Problem("nothing-registered")
    : error;
}

function noChallenge(): never {
  throw new Problem("no-challenge");
}

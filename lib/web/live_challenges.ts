import type { LivePolicy } from "../config.ts";
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
/** A server that takes longer for a frame delays the person, ms. */
const delayMs = 1000;
/** What a server that takes few frames may be the reason for, and what one that delays the person may. */
const serversFault: readonly LiveReason["kind"][] = [
  "too-few-frames",
  "too-few-turns",
];
const delaysFault: readonly LiveReason["kind"][] = ["too-late", "out-of-step"];

/** What sign-ins are decided with. */
interface LiveChallengesOptions {
  readonly store: EmbeddingStore;
  readonly threshold: number;
  readonly margin: number;
  readonly policy: LivePolicy;
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
  /** Whether the server was too busy for a frame, or slow. */
  delayed: boolean;
}

/**
 * The only way in: a challenge is issued, followed frame by frame, and redeemed once, for a
 * decision on the very face that passed it or for that face's registration. Nothing here decides on
 * any other picture.
 */
export class LiveChallenges {
  readonly #challenges: Challenges<OpenAttempt>;
  readonly #now: () => number;

  constructor(private readonly options: LiveChallengesOptions) {
    const { policy, threshold } = options;
    this.#challenges = new Challenges({
      policy,
      timeLimitMs: options.challengeTimeMs ?? defaultChallengeTimeMs,
      samePersonDistance: threshold,
    }, options.draw);
    this.#now = options.now ?? Date.now;
  }

  /**
   * Opens a session's challenge; its earlier one ends. Once colours or a path were told the attempt
   * counts as failed until it succeeds, so that nobody may ask for challenges until one suits a
   * recording; one that ended before, or that the server delayed, is taken back.
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
    const nowMs = this.#now();
    for (
      const { challenge, context } of this.#challenges.clear(session, nowMs)
    ) {
      if (challenge.stage === "straight" || context.delayed) {
        await context.attempt.withdraw();
      }
    }
    this.#challenges.requireRoom(address);
    const attempt = await this.#begin(address, purpose);
    const context = { attempt, purpose, delayed: false };
    return this.#challenges.issue({ session, address }, nowMs, context, pace);
  }

  #begin(address: string, purpose: Purpose): Promise<Attempt> {
    const { store, threshold, margin, records } = this.options;
    if (records) return Promise.resolve(recorded);
    if ("registration" in purpose) return beginUncompared(store, address);
    return beginAttempt(store, {
      user: purpose.user ?? undefined,
      threshold,
      margin,
      client: address,
    }).catch(toProblem);
  }

  /**
   * Where a session's challenge stands.
   *
   * @throws Problem no-challenge before any work goes into a frame that belongs to none.
   */
  find(session: string, id: string): Challenge {
    return (this.#challenges.find(id, session) ?? noChallenge()).challenge;
  }

  /**
   * Takes a frame. A refusal goes to the audit log. What the server itself is the reason for is not
   * counted against the person: the time that it takes, and an end that follows from it.
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
  ): Promise<{ frame: FrameDescription; challenge: Challenge }> {
    const { context } = this.#challenges.find(id, session) ?? noChallenge();
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
    if (typeof verdict !== "string") {
      const { attempt, delayed } = context;
      await attempt.refuse(verdict.kind);
      const excused = delayed
        ? [...serversFault, ...delaysFault]
        : serversFault;
      if (excused.includes(verdict.kind)) await attempt.withdraw();
    }
    return { frame, challenge };
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
   * @returns which, and the embedding of the face; null for a sign-in's, which stays
   * @throws Problem no-challenge.
   */
  async prove(
    session: string,
    id: string,
  ): Promise<{ registration: string; vector: Float32Array } | null> {
    const { purpose } = (this.#challenges.find(id, session) ?? noChallenge())
      .context;
    if (!("registration" in purpose)) return null;
    const { context, evidence: { vector } } =
      this.#challenges.redeem(id, session, this.#now()) ?? noChallenge();
    await context.attempt.withdraw();
    return { registration: purpose.registration, vector };
  }
}

/** Counts a client's attempt that nothing is compared in; it is taken back when it passes. */
async function beginUncompared(
  { attempts }: EmbeddingStore,
  client: string,
): Promise<Attempt> {
  await attempts.begin({ client });
  return {
    ...recorded,
    decide: () => Promise.try(noChallenge),
    withdraw: () => attempts.takeBack({ client }),
  };
}

/** An attempt of the lab. */
const recorded: Attempt = {
  decide: () => Promise.reject(new Problem("recorded")),
  refuse: () => Promise.resolve(),
  withdraw: () => Promise.resolve(),
};

function toProblem(error: unknown): never {
  throw error instanceof NothingRegisteredError
    ? new Problem("nothing-registered")
    : error;
}

function noChallenge(): never {
  throw new Problem("no-challenge");
}

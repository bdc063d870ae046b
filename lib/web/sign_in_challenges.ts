import { NothingRegisteredError } from "../errors.ts";
import { euclideanDistance } from "../match/distance.ts";
import {
  type Challenge,
  type ChallengeLimits,
  type SeenFace,
} from "../liveness/challenge.ts";
import { ChallengeDesk, type Draw } from "../liveness/challenge_desk.ts";
import type { PassiveScores } from "../liveness/passive_scores.ts";
import {
  type Attempt,
  beginAttempt,
  type Decision,
} from "../people/attempt.ts";
import type { EmbeddingStore } from "../store/embedding_store.ts";
import type { FrameDescription, FrameFace } from "./frame_pool.ts";
import { Problem } from "./problems.ts";

/** Time for a whole challenge, ms: two actions take a person 6 to 10 s. */
export const defaultChallengeTimeMs = 30_000;

/** What sign-ins are decided with. */
interface SignInChallengesOptions {
  readonly store: EmbeddingStore;
  readonly threshold: number;
  readonly margin: number;
  readonly passiveFloors: PassiveScores | null;
  /** Time for a whole challenge, ms. */
  readonly challengeTimeMs?: number;
  /** Known actions for tests; from the system's random source unless told. */
  readonly draw?: Draw;
  readonly now?: () => number;
}

/** Who signs in. */
interface Client {
  readonly session: string;
  /** The client's address. */
  readonly address: string;
}

/**
 * The only way in: a challenge is issued, followed frame by frame, and redeemed once for a
 * decision on the very face that passed it. Nothing here decides on any other picture.
 */
export class SignInChallenges {
  readonly #challenges: ChallengeDesk<Attempt>;
  readonly #now: () => number;

  constructor(private readonly options: SignInChallengesOptions) {
    const limits: ChallengeLimits = {
      timeLimitMs: options.challengeTimeMs ?? defaultChallengeTimeMs,
      samePersonDistance: options.threshold,
      distance: euclideanDistance,
      passiveFloors: options.passiveFloors,
    };
    this.#challenges = new ChallengeDesk(limits, options.draw);
    this.#now = options.now ?? Date.now;
  }

  /**
   * Opens a session's challenge; its earlier one ends. From here on the attempt counts as failed
   * until it succeeds, so that nobody may ask for challenges until one suits a recording.
   *
   * @param user who is claimed to be; null to search all users
   * @throws TooManyAttemptsError when the user or the address must wait; Problem nothing-registered.
   */
  async issue({ session, address }: Client, user: string | null) {
    const { store, threshold, margin } = this.options;
    const attempt = await beginAttempt(store, {
      user: user ?? undefined,
      threshold,
      margin,
      client: address,
    }).catch(toProblem);
    return this.#challenges.issue(session, this.#now(), attempt);
  }

  /** @throws Problem no-challenge before any work goes into a frame that belongs to none. */
  requireOpen(session: string, id: string): void {
    if (this.#challenges.contextOf(id, session) === null) throw noChallenge();
  }

  /**
   * Takes a frame. A refusal goes to the audit log.
   *
   * @throws Problem no-challenge when the session has no such undecided challenge.
   */
  async follow(
    session: string,
    id: string,
    frame: FrameDescription,
  ): Promise<Challenge> {
    const attempt = this.#challenges.contextOf(id, session);
    const challenge = this.#challenges.take(id, session, {
      atMs: this.#now(),
      faces: toSeenFaces(frame),
    });
    if (attempt === null || challenge === null) throw noChallenge();
    const { verdict } = challenge;
    if (verdict !== "pending" && verdict !== "passed") {
      await attempt.refuse(verdict);
    }
    return challenge;
  }

  /**
   * Decides on the face that passed a challenge.
   *
   * @throws Problem no-challenge.
   */
  async decide(session: string, id: string): Promise<Decision> {
    const redeemed = this.#challenges.redeem(id, session, this.#now());
    if (redeemed === null) throw noChallenge();
    const { context: attempt, evidence: { vector } } = redeemed;
    return await attempt.decide(vector);
  }
}

function toProblem(error: unknown): never {
  throw error instanceof NothingRegisteredError
    ? new Problem("nothing-registered")
    : error;
}

/** The largest face as the challenge sees it, and as many more as there are. */
function toSeenFaces({ faces, largest }: FrameDescription): SeenFace[] {
  return largest === null ? [] : Array(faces).fill(toSeenFace(largest));
}

function toSeenFace({ measures, vector, passive }: FrameFace): SeenFace {
  return { ...measures, vector, ...(passive === undefined ? {} : { passive }) };
}

function noChallenge(): Problem {
  return new Problem("no-challenge");
}

import {
  advance,
  type Challenge,
  type ChallengeLimits,
  evidenceOf,
  type SeenFrame,
  startChallenge,
} from "./challenge.ts";
import { challengePairs } from "./challenge_pairs.ts";
import type { Evidence } from "./evidence.ts";

/** Draws a whole number from 0 up to, not including, `below`. */
export type Draw = (below: number) => number;

/** Most challenges open at once; the oldest gives way. */
const maxOpen = 1000;

/** How long a passed challenge waits to be redeemed, ms. */
export const redeemWithinMs = 30_000;

interface Open<T> {
  readonly session: string;
  readonly challenge: Challenge;
  readonly context: T;
  /** When it ends by itself, ms. */
  readonly endsAtMs: number;
}

/** A passed challenge, given back once. */
export interface Redeemed<T> {
  readonly challenge: Challenge;
  /** What the sign-in is to be decided on. */
  readonly evidence: Evidence;
  /** What the challenge was issued for. */
  readonly context: T;
}

/**
 * Hands out challenges and follows them. Each belongs to one session, which has at most one; a
 * refused one ends at once, a passed one when it is redeemed, and every one when its time is up.
 *
 * @typeParam T what a challenge is issued for (a purpose, the user who is claimed), so that it
 *   cannot serve another claim
 */
export class ChallengeDesk<T = void> {
  private readonly open = new Map<string, Open<T>>();

  /** @param draw from a source nobody can predict, unless a test needs known actions */
  constructor(
    private readonly limits: ChallengeLimits,
    private readonly draw: Draw = drawSecurely,
  ) {}

  /** Opens a challenge of two different actions, one of them a turn; the session's earlier one ends. */
  issue(
    session: string,
    nowMs: number,
    context: T,
  ): { id: string; challenge: Challenge } {
    for (const [id, { session: owner, endsAtMs }] of this.open) {
      if (owner === session || nowMs > endsAtMs) this.open.delete(id);
    }
    if (this.open.size >= maxOpen) {
      this.open.delete(this.open.keys().next().value!);
    }
    const id = crypto.randomUUID();
    const asked = challengePairs[this.draw(challengePairs.length)]!;
    const challenge = startChallenge(asked, nowMs, this.limits);
    const endsAtMs = nowMs + this.limits.timeLimitMs;
    this.open.set(id, { session, challenge, context, endsAtMs });
    return { id, challenge };
  }

  /**
   * Takes a frame of a challenge. Null when there is no such undecided challenge of this session:
   * unknown, decided, expired and another session's are deliberately the same answer.
   */
  take(id: string, session: string, frame: SeenFrame): Challenge | null {
    const entry = this.find(id, session);
    if (entry === null || entry.challenge.verdict !== "pending") return null;
    const challenge = advance(entry.challenge, frame);
    if (challenge.verdict === "pending") {
      this.open.set(id, { ...entry, challenge });
    } else if (challenge.verdict === "passed") {
      const endsAtMs = frame.atMs + redeemWithinMs;
      this.open.set(id, { ...entry, challenge, endsAtMs });
    } else {
      this.open.delete(id);
    }
    return challenge;
  }

  /**
   * Gives a passed challenge back, once. Null when there is no such passed challenge of this
   * session: unknown, undecided, used, expired and another session's are the same answer. An
   * undecided one stays open.
   */
  redeem(id: string, session: string, nowMs: number): Redeemed<T> | null {
    const entry = this.find(id, session);
    if (entry === null || entry.challenge.verdict !== "passed") return null;
    this.open.delete(id);
    const { challenge, context, endsAtMs } = entry;
    const evidence = evidenceOf(challenge);
    if (nowMs > endsAtMs || evidence === null) return null;
    return { challenge, evidence, context };
  }

  /** What a session's challenge was issued for; null when there is no such challenge. */
  contextOf(id: string, session: string): T | null {
    return this.find(id, session)?.context ?? null;
  }

  /** How many challenges are undecided or wait to be redeemed. */
  get size(): number {
    return this.open.size;
  }

  private find(id: string, session: string): Open<T> | null {
    const entry = this.open.get(id);
    return entry?.session === session ? entry : null;
  }
}

function drawSecurely(below: number): number {
  // 2^32 over 10 leaves a bias of one in a thousand million, which no attacker can use.
  return crypto.getRandomValues(new Uint32Array(1))[0]! % below;
}

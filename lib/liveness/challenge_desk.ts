import {
  type Action,
  actions,
  advance,
  type Challenge,
  type ChallengeLimits,
  type SeenFrame,
  startChallenge,
} from "./challenge.ts";

/** Draws a whole number from 0 up to, not including, `below`. */
export type Draw = (below: number) => number;

/** Most challenges open at once; the oldest gives way. */
const maxOpen = 1000;

interface Open {
  readonly session: string;
  readonly challenge: Challenge;
}

/**
 * Hands out challenges and follows them. Each belongs to one session, which has at most one open;
 * it ends with its verdict or its time limit and cannot be used again.
 */
export class ChallengeDesk {
  private readonly open = new Map<string, Open>();

  /** @param draw from a source nobody can predict, unless a test needs known actions */
  constructor(
    private readonly limits: ChallengeLimits,
    private readonly draw: Draw = drawSecurely,
  ) {}

  /** Opens a challenge of two different actions; the session's earlier one ends. */
  issue(session: string, nowMs: number): { id: string; challenge: Challenge } {
    for (const [id, { session: owner, challenge }] of this.open) {
      if (owner === session || this.isOver(challenge, nowMs)) {
        this.open.delete(id);
      }
    }
    if (this.open.size >= maxOpen) {
      this.open.delete(this.open.keys().next().value!);
    }
    const id = crypto.randomUUID();
    const challenge = startChallenge(this.pickTwo(), nowMs, this.limits);
    this.open.set(id, { session, challenge });
    return { id, challenge };
  }

  /**
   * Takes a frame of a challenge. Null when there is no such open challenge of this session:
   * unknown, used, expired and another session's are deliberately the same answer.
   */
  take(id: string, session: string, frame: SeenFrame): Challenge | null {
    const entry = this.open.get(id);
    if (entry === undefined || entry.session !== session) return null;
    const challenge = advance(entry.challenge, frame);
    if (challenge.verdict === "pending") {
      this.open.set(id, { session, challenge });
    } else {
      this.open.delete(id);
    }
    return challenge;
  }

  /** How many challenges are open. */
  get size(): number {
    return this.open.size;
  }

  private isOver({ startedAtMs, limits }: Challenge, nowMs: number): boolean {
    return nowMs - startedAtMs > limits.timeLimitMs;
  }

  private pickTwo(): [Action, Action] {
    const first = this.draw(actions.length);
    const second = (first + 1 + this.draw(actions.length - 1)) % actions.length;
    return [actions[first]!, actions[second]!];
  }
}

function drawSecurely(below: number): number {
  // 2^32 over 3 or 4 leaves a bias of one in a thousand million, which no attacker can use.
  return crypto.getRandomValues(new Uint32Array(1))[0]! % below;
}

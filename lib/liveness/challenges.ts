import { ServerBusyError } from "../errors.ts";
import {
  advance,
  type Challenge,
  evidenceOf,
  type LiveFrame,
  startChallenge,
} from "./challenge.ts";
import { drawDotPath } from "./dot_path.ts";
import type { Evidence } from "./evidence.ts";
import { type Draw, drawLightSequence, type Pace } from "./light_sequence.ts";

/** Most challenges open at once, of all clients and of one address. */
const mostOpen = { all: 500, ofAddress: 20 };

/** How long a passed challenge waits to be redeemed, ms. */
const redeemWithinMs = 30_000;

/** Who asks for a challenge. */
interface Asker {
  readonly session: string;
  readonly address: string;
}

interface Open<T> extends Asker {
  readonly challenge: Challenge;
  readonly context: T;
  /** When it ends by itself, ms. */
  readonly endsAtMs: number;
}

/** A passed challenge, given back once. */
interface Redeemed<T> {
  /** What the sign-in is to be decided on. */
  readonly evidence: Evidence;
  /** What the challenge was issued for. */
  readonly context: T;
}

/**
 * Issues challenges and follows them. Each belongs to one session; a
 * refused one ends at once, a passed one when it is redeemed, and every one when its time is up.
 *
 * @typeParam T what a challenge is issued for, so that it cannot serve another claim
 */
export class Challenges<T> {
  private readonly open = new Map<string, Open<T>>();

  /** @param draw from a source nobody can predict, unless a test needs known colours and paths */
  constructor(
    private readonly terms: Omit<Challenge["terms"], "light" | "path">,
    private readonly draw: Draw = drawSecurely,
  ) {}

  /** Ends a session's challenge and all whose time is up, and returns them. */
  clear(
    session: string,
    nowMs: number,
  ): { readonly context: T; readonly challenge: Challenge }[] {
    const ended = [...this.open].filter(([, entry]) =>
      entry.session === session || nowMs > entry.endsAtMs
    );
    for (const [id] of ended) this.open.delete(id);
    return ended.map(([, entry]) => entry);
  }

  /**
   * Opens a challenge with colours and a path of its own.
   *
   * @throws ServerBusyError when too many are open; nobody's is ended for another.
   */
  issue(
    { session, address }: Asker,
    nowMs: number,
    context: T,
    pace: Pace,
  ): { id: string; challenge: Challenge } {
    this.#requireRoom(address);
    const id = crypto.randomUUID();
    const challenge = startChallenge({
      ...this.terms,
      light: drawLightSequence(this.draw, pace),
      path: drawDotPath(this.draw, pace),
    }, nowMs);
    const endsAtMs = nowMs + this.terms.timeLimitMs;
    this.open.set(id, { session, address, challenge, context, endsAtMs });
    return { id, challenge };
  }

  /**
   * Takes a frame of a challenge. Null when there is no such undecided challenge of this session:
   * unknown, decided, expired and another session's are deliberately the same.
   */
  take(id: string, session: string, frame: LiveFrame): Challenge | null {
    const entry = this.find(id, session);
    if (entry === null || entry.challenge.verdict !== "pending") return null;
    const challenge = advance(entry.challenge, frame);
    const { verdict } = challenge;
    if (verdict === "pending" || verdict === "passed") {
      const endsAtMs = verdict === "passed"
        ? frame.atMs + frame.workMs + redeemWithinMs
        : entry.endsAtMs + frame.workMs;
      this.open.set(id, { ...entry, challenge, endsAtMs });
    } else {
      this.open.delete(id);
    }
    return challenge;
  }

  /**
   * Gives a passed challenge back, once. Null when there is no such passed challenge of this
   * session: unknown, undecided, used, expired and another session's are the same. An undecided
   * one stays open.
   */
  redeem(id: string, session: string, nowMs: number): Redeemed<T> | null {
    const entry = this.find(id, session);
    if (entry === null || entry.challenge.verdict !== "passed") return null;
    this.open.delete(id);
    const { challenge, context, endsAtMs } = entry;
    const evidence = evidenceOf(challenge);
    if (nowMs > endsAtMs || evidence === null) return null;
    return { evidence, context };
  }

  /** What a session's challenge was issued for, and where it stands; null when there is none. */
  find(id: string, session: string): Open<T> | null {
    const entry = this.open.get(id);
    return entry?.session === session ? entry : null;
  }

  #requireRoom(address: string): void {
    const own = [...this.open.values()].filter((entry) =>
      entry.address === address
    );
    if (this.open.size >= mostOpen.all || own.length >= mostOpen.ofAddress) {
      throw new ServerBusyError(
        "too many sign-ins are under way; try again in a minute",
      );
    }
  }
}

function drawSecurely(below: number): number {
  // 2^32 over 8 or less leaves a bias that no attacker can use.
  return crypto.getRandomValues(new Uint32Array(1))[0]! % below;
}

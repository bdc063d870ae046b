import { LRUCache } from "lru-cache";
import { timingSafeEqual } from "node:crypto";
import { ServerBusyError } from "../errors.ts";

/** What the server remembers of one browser. It lies in memory only: a restart signs everybody out. */
export interface Session<Last> {
  readonly id: string;
  /** The address of the client that it was opened for. */
  readonly address: string;
  /** Sent back by the page with whatever changes something; another site cannot know it. */
  readonly csrfToken: string;
  /** Until when the administrator's rights last, ms since 1970; 0 for none. */
  adminUntilMs: number;
  /** The last sign-in's outcome, for the page that explains it. */
  last: Last | null;
}

/** How long a session lasts without a request, ms. */
const sessionIdleMs = 30 * 60_000;
/** How long the administrator's rights last without a request that uses them, ms. */
const adminIdleMs = 15 * 60_000;
/** Most sessions at once, and of one client's address: a newcomer is refused rather than anybody signed out. */
const mostSessions = 10_000;
const mostOfAddress = 500;

/** The sessions of a server. */
export class Sessions<Last> {
  readonly #sessions: LRUCache<string, Session<Last>>;
  /** How many of them each address has. */
  readonly #ofAddress = new Map<string, number>();
  readonly #now: () => number;

  constructor(now: () => number = Date.now) {
    this.#now = now;
    this.#sessions = new LRUCache({
      max: mostSessions,
      ttl: sessionIdleMs,
      updateAgeOnGet: true,
      ttlResolution: 0,
      perf: { now },
      dispose: ({ address }) => this.#count(address, -1),
    });
  }

  get size(): number {
    this.#sessions.purgeStale();
    return this.#sessions.size;
  }

  /**
   * A new session under an id that nobody can guess (256 random bits, as its token has).
   *
   * @throws ServerBusyError when there are too many, all together or of this address
   */
  open(address: string): Session<Last> {
    const isFull = () =>
      this.#sessions.size >= mostSessions ||
      (this.#ofAddress.get(address) ?? 0) >= mostOfAddress;
    // Looking for those that are over takes a while: not before their places are needed.
    if (isFull()) this.#sessions.purgeStale();
    if (isFull()) {
      throw new ServerBusyError(
        "too many browsers have this page open; try again in a few minutes",
      );
    }
    const [id, csrfToken] = [randomText(), randomText()];
    const session = { id, address, csrfToken, adminUntilMs: 0, last: null };
    this.#sessions.set(id, session);
    this.#count(address, 1);
    return session;
  }

  #count(address: string, more: number): void {
    const count = (this.#ofAddress.get(address) ?? 0) + more;
    if (count > 0) this.#ofAddress.set(address, count);
    else this.#ofAddress.delete(address);
  }

  /** The session of an id, if it still lasts. */
  find(id: string | undefined): Session<Last> | null {
    return id === undefined ? null : this.#sessions.get(id) ?? null;
  }

  /** Forgets the last sign-ins for which this holds. */
  forget(holds: (last: Last) => boolean): void {
    for (const session of this.#sessions.values()) {
      if (session.last !== null && holds(session.last)) session.last = null;
    }
  }

  /** Whether the session has the administrator's rights, which last on with their use. */
  isAdmin(session: Session<Last>): boolean {
    const now = this.#now();
    if (now > session.adminUntilMs) return false;
    session.adminUntilMs = now + adminIdleMs;
    return true;
  }

  /**
   * Puts a new session with the administrator's rights in the old one's place: an id that was
   * known before the password was given must be worth nothing afterwards (session fixation).
   */
  promote(session: Session<Last>): Session<Last> {
    this.#sessions.delete(session.id);
    const promoted = this.open(session.address);
    promoted.last = session.last;
    promoted.adminUntilMs = this.#now() + adminIdleMs;
    return promoted;
  }
}

/** Compares secrets in a time that does not tell how far they agree. */
export function sameSecret(a: string, b: string): boolean {
  const [left, right] = [a, b].map((text) => new TextEncoder().encode(text));
  return left!.length === right!.length && timingSafeEqual(left!, right!);
}

/** 256 random bits, base64url. */
function randomText(): string {
  return crypto.getRandomValues(new Uint8Array(32))
    .toBase64({ alphabet: "base64url", omitPadding: true });
}

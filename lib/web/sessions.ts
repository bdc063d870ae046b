import { timingSafeEqual } from "node:crypto";

/** What the server remembers of one browser. It lies in memory only: a restart signs everybody out. */
export interface Session<Last> {
  readonly id: string;
  /** Sent back by the page with whatever changes something; another site cannot know it. */
  readonly csrfToken: string;
  /** Until when the administrator's rights last, ms since 1970; 0 for none. */
  adminUntilMs: number;
  /** The last sign-in's outcome, for the page that explains it. */
  last: Last | null;
  touchedMs: number;
}

/** How long a session lasts without a request, ms. */
export const sessionIdleMs = 30 * 60_000;
/** How long the administrator's rights last without a request that uses them, ms. */
export const adminIdleMs = 15 * 60_000;
/** Most sessions at once; the one that was quiet longest gives way. */
const mostSessions = 10_000;

/** The sessions of a server. */
export class Sessions<Last> {
  // In the order of their last use, so that the first is the one to give way.
  readonly #sessions = new Map<string, Session<Last>>();
  readonly #now: () => number;

  constructor(now: () => number = Date.now) {
    this.#now = now;
  }

  get size(): number {
    return this.#sessions.size;
  }

  /** A new session under an id that nobody can guess (256 random bits, as its token has). */
  open(): Session<Last> {
    const session: Session<Last> = {
      id: randomText(),
      csrfToken: randomText(),
      adminUntilMs: 0,
      last: null,
      touchedMs: this.#now(),
    };
    this.#sessions.set(session.id, session);
    if (this.#sessions.size > mostSessions) {
      this.close(this.#sessions.keys().next().value!);
    }
    return session;
  }

  /** The session of an id, if it still lasts. */
  find(id: string | undefined): Session<Last> | null {
    const session = id === undefined ? undefined : this.#sessions.get(id);
    if (session === undefined) return null;
    this.#sessions.delete(session.id);
    const now = this.#now();
    if (now - session.touchedMs > sessionIdleMs) return null;
    session.touchedMs = now;
    this.#sessions.set(session.id, session);
    return session;
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
    this.close(session.id);
    const promoted = this.open();
    promoted.last = session.last;
    promoted.adminUntilMs = this.#now() + adminIdleMs;
    return promoted;
  }

  close(id: string): void {
    this.#sessions.delete(id);
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

import { timingSafeEqual } from "node:crypto";
import { BoundedEntries } from "./bounded_entries.ts";
import type { Shape } from "./schemas.ts";

/** A session's last sign-in, for the page that explains it. */
interface LastSignIn {
  /** When it was, ms since 1970. */
  atMs: number;
  /** Null when the challenge was refused, or is not redeemed yet. */
  readonly answer: Shape<"signIn"> | null;
  /** What the challenge showed. */
  readonly live: Shape<"liveness"> | null;
}

/** What the server remembers of one browser. It lies in memory only: a restart signs everybody out. */
export interface Session {
  readonly id: string;
  /** The address of the client that it was opened for. */
  readonly address: string;
  /** Sent back by the page with whatever changes something; another site cannot know it. */
  readonly csrfToken: string;
  /** Until when the administrator's rights last, ms since 1970; 0 for none. */
  adminUntilMs: number;
  /** The last sign-in's outcome, for the page that explains it. */
  last: LastSignIn | null;
}

/** How long a session lasts without a request, ms. */
const sessionIdleMs = 30 * 60_000;
/** How long the administrator's rights last without a request that uses them, ms. */
const adminIdleMs = 15 * 60_000;
/** Most sessions at once, and of one client's address. */
const most = { all: 10_000, ofAddress: 500 };

/** The sessions of a server. */
export class Sessions {
  readonly #sessions: BoundedEntries<Session>;
  readonly #now: () => number;

  constructor(now: () => number = Date.now) {
    this.#now = now;
    this.#sessions = new BoundedEntries(
      most,
      { ttl: sessionIdleMs, now, updateAgeOnGet: true },
      "too many browsers have this page open; try again in a few minutes",
    );
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
  open(address: string): Session {
    const [id, csrfToken] = [randomText(), randomText()];
    const session = { id, address, csrfToken, adminUntilMs: 0, last: null };
    this.#sessions.add(id, session);
    return session;
  }

  /** The session of an id, if it still lasts. */
  find(id: string | undefined): Session | null {
    return id === undefined ? null : this.#sessions.get(id) ?? null;
  }

  /** Ends what a user's sign-ins opened, in all browsers. */
  signOut(user: string): void {
    for (const session of this.#sessions.values()) {
      if (session.last?.answer?.user === user) session.last = null;
    }
  }

  /** Whether the session has the administrator's rights, which last on with their use. */
  isAdmin(session: Session): boolean {
    const now = this.#now();
    if (now > session.adminUntilMs) return false;
    session.adminUntilMs = now + adminIdleMs;
    return true;
  }

  /**
   * Puts a new session with the administrator's rights in the old one's place: an id that was
   * known before the password was given must be worth nothing afterwards (session fixation).
   */
  promote(session: Session): Session {
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

// @ts-check
/// <reference lib="dom" />
/** @import { Shape } from "../schemas.ts" */

/** A refusal of the server, or the lack of an answer ("no-answer"). */
export class Problem extends Error {
  /**
   * @param {string} kind stable name, such as no-challenge
   * @param {string} message a sentence to show as it is
   * @param {number} [status] HTTP status, 0 without an answer
   * @param {number} [retryAfterS] seconds to wait before trying again
   */
  constructor(kind, message, status = 0, retryAfterS = 1) {
    super(message);
    this.kind = kind;
    this.status = status;
    this.retryAfterS = retryAfterS;
  }
}

/**
 * Whether something that was thrown is one of these refusals.
 *
 * @param {unknown} reason
 * @param {...string} kinds
 * @returns {reason is Problem}
 */
export function isProblem(reason, ...kinds) {
  return reason instanceof Problem && kinds.includes(reason.kind);
}

/** How often a busy server is asked again before the person is told. */
const patience = 8;

/** Refusals that a fresh session mends, as after a restart of the server. */
const stale = ["csrf", "no-session"];

let csrfToken = "";

/**
 * This browser's session; the first call of a page begins or continues it.
 *
 * @returns {Promise<Shape<"session">>}
 */
export async function getSession() {
  /** @type {Shape<"session">} */
  const session = await call("GET", "/api/session");
  csrfToken = session.csrfToken;
  return session;
}

/**
 * Sends a request and returns the JSON of the answer. A busy server (503) is asked again after the
 * time it names, but for a Blob: a camera frame grows old meanwhile. A stale token is fetched anew once.
 *
 * @param {"GET" | "POST" | "PATCH" | "DELETE"} method
 * @param {string} path
 * @param {Blob | FormData | object} [body] an object goes as JSON
 * @param {AbortSignal} [signal]
 * @returns {Promise<any>} the caller says which `Shape` of schemas.ts
 * @throws {Problem}
 */
export async function call(method, path, body, signal) {
  let tokenRenewed = false;
  for (let asked = 1;; asked++) {
    const response = await send(method, path, body, signal);
    if (response.ok) return await response.json();
    const problem = await problemOf(response);
    const waits = problem.status === 503 && !(body instanceof Blob);
    if (waits && asked < patience) {
      await pause(problem.retryAfterS * 1000, signal);
    } else if (stale.includes(problem.kind) && !tokenRenewed) {
      tokenRenewed = true;
      await getSession();
    } else {
      throw problem;
    }
  }
}

/**
 * Tells the server to forget something while the page is being left; nobody waits for the answer.
 *
 * @param {string} path
 */
export function deleteOnLeaving(path) {
  const headers = { "x-csrf-token": csrfToken };
  fetch(path, { method: "DELETE", keepalive: true, headers }).catch(() => {
    // The page is gone; the server forgets by itself when the time is over.
  });
}

/**
 * Waits.
 *
 * @param {number} ms
 * @param {AbortSignal} [signal]
 * @returns {Promise<void>} rejects with the signal's reason when it is aborted
 */
export function pause(ms, signal) {
  return new Promise((resolve, reject) => {
    signal?.throwIfAborted();
    const abort = () => {
      clearTimeout(timer);
      reject(signal?.reason);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener("abort", abort);
      resolve();
    }, ms);
    signal?.addEventListener("abort", abort, { once: true });
  });
}

/**
 * @param {string} method
 * @param {string} path
 * @param {Blob | FormData | object | undefined} body
 * @param {AbortSignal | undefined} signal
 */
async function send(method, path, body, signal) {
  const headers = new Headers({ "x-csrf-token": csrfToken });
  // The browser itself names the type of a Blob and of a form.
  const asIs = body instanceof Blob || body instanceof FormData;
  if (!asIs) headers.set("content-type", "application/json");
  const payload = asIs ? body : JSON.stringify(body);
  try {
    return await fetch(path, { method, headers, body: payload, signal });
  } catch {
    signal?.throwIfAborted();
    throw new Problem(
      "no-answer",
      "The server does not answer. Check that it is running, then try again.",
    );
  }
}

/** @param {Response} response a refusal */
async function problemOf(response) {
  const { status } = response;
  try {
    /** @type {Shape<"problem">} */
    const { error: { kind, message, retryAfter } } = await response.json();
    return new Problem(kind, message, status, retryAfter);
  } catch {
    return new Problem(
      "unclear",
      `The server answered ${status} without a reason. Try again.`,
      status,
    );
  }
}

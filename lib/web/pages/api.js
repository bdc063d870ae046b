// @ts-check
/// <reference lib="dom" />
import { pause } from "./pause.js";
/** @import { Session } from "./shapes.d.ts" */

/** A refusal of the server, or the lack of an answer ("no-answer"). */
export class Problem extends Error {
  /**
   * @param {string} kind stable name, such as no-challenge
   * @param {string} message a sentence to show as it is
   * @param {number} status HTTP status, 0 without an answer
   * @param {number | null} retryAfterS seconds to wait before trying again
   */
  constructor(kind, message, status, retryAfterS = null) {
    super(message);
    this.name = "Problem";
    this.kind = kind;
    this.status = status;
    this.retryAfterS = retryAfterS;
  }
}

/** How often a busy server is asked again before the person is told. */
const patience = 8;

/** Refusals that a fresh session mends, as after a restart of the server. */
const stale = ["csrf", "no-session"];

let csrfToken = "";

/**
 * This browser's session; the first call of a page begins or continues it.
 *
 * @returns {Promise<Session>}
 */
export async function getSession() {
  /** @type {Session} */
  const session = await call("GET", "/api/session");
  csrfToken = session.csrfToken;
  return session;
}

/**
 * Sends a request and answers the JSON. A busy server (503) is asked again after the time it
 * names; a stale token is fetched anew once.
 *
 * @param {"GET" | "POST" | "PATCH" | "DELETE"} method
 * @param {string} path
 * @param {Blob | FormData | object} [body] an object goes as JSON
 * @param {AbortSignal} [signal]
 * @returns {Promise<any>} the caller says which shape of shapes.d.ts
 * @throws {Problem}
 */
export async function call(method, path, body, signal) {
  let tokenRenewed = false;
  for (let asked = 1;; asked++) {
    const response = await send(method, path, body, signal);
    if (response.ok) return await response.json();
    const problem = await problemOf(response);
    if (problem.status === 503 && asked < patience) {
      await pause((problem.retryAfterS ?? 1) * 1000, signal);
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
  fetch(path, {
    method: "DELETE",
    keepalive: true,
    headers: { "x-csrf-token": csrfToken },
  }).catch(() => {
    // The page is gone; the server forgets by itself when the time is over.
  });
}

/**
 * @param {string} method
 * @param {string} path
 * @param {Blob | FormData | object | undefined} body
 * @param {AbortSignal | undefined} signal
 */
async function send(method, path, body, signal) {
  /** @type {Record<string, string>} */
  const headers = { accept: "application/json" };
  if (method !== "GET") headers["x-csrf-token"] = csrfToken;
  /** @type {BodyInit | undefined} */
  let payload;
  if (body instanceof Blob || body instanceof FormData) {
    payload = body;
    if (body instanceof Blob) headers["content-type"] = body.type;
  } else if (body !== undefined) {
    payload = JSON.stringify(body);
    headers["content-type"] = "application/json";
  }
  try {
    return await fetch(path, { method, headers, body: payload, signal });
  } catch {
    if (signal?.aborted) throw signal.reason;
    throw new Problem(
      "no-answer",
      "The server does not answer. Check that it is running, then try again.",
      0,
    );
  }
}

/** @param {Response} response a refusal */
async function problemOf(response) {
  const seconds = Number(response.headers.get("retry-after") ?? NaN);
  const retryAfterS = Number.isFinite(seconds) ? seconds : null;
  try {
    const { error } = await response.json();
    return new Problem(
      String(error.kind),
      String(error.message),
      response.status,
      retryAfterS ?? error.retryAfter ?? null,
    );
  } catch {
    return new Problem(
      "unclear",
      `The server answered ${response.status} without a reason. Try again.`,
      response.status,
      retryAfterS,
    );
  }
}

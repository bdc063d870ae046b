import type { Context } from "hono";
import { HTTPException } from "hono/http-exception";
import type { ContentfulStatusCode } from "hono/utils/http-status";
import { FaceSignInError, TooManyAttemptsError } from "../errors.ts";

/** A refusal of the API: a status, a stable name, and a sentence for a person. */
export class Problem extends Error {
  constructor(
    readonly status: ContentfulStatusCode,
    readonly kind: string,
    message: string,
    /** Seconds to wait before trying again, where that helps. */
    readonly retryAfter?: number,
  ) {
    super(message);
  }
}

/** "the face is too dark" as a sentence. */
export function sentence(text: string): string {
  return text === "" ? "" : `${text[0]!.toUpperCase()}${text.slice(1)}.`
    .replace(/\.\.$/, ".");
}

/** There is nothing at an address. */
export function notFound(): Problem {
  return new Problem(404, "not-found", "There is nothing at this address.");
}

/** Statuses of the errors that `lib/` throws; what is not named here is the server's own fault. */
const statuses: Record<string, ContentfulStatusCode> = {
  usage: 400,
  photo: 400,
  "no-face": 400,
  "several-faces": 400,
  "duplicate-face": 409,
  "nothing-registered": 404,
  "too-many-attempts": 429,
  "store-busy": 503,
  "store-unreachable": 503,
  busy: 503,
};

/**
 * Answers whatever a route threw. Nothing unforeseen reaches the client but an apology; the
 * server's own output has the rest.
 */
export function answerError(error: Error, context: Context): Response {
  const { status, kind, message, retryAfter } = toProblem(error);
  if (retryAfter !== undefined) {
    context.header("Retry-After", String(retryAfter));
  }
  const said = retryAfter === undefined ? {} : { retryAfter };
  return context.json({ error: { kind, message, ...said } }, status);
}

function toProblem(error: Error): Problem {
  if (error instanceof Problem) return error;
  if (error instanceof HTTPException) return ofHono(error);
  if (error instanceof FaceSignInError) {
    const status = statuses[error.kind];
    if (status !== undefined) {
      const { kind, message } = error;
      return new Problem(
        status,
        kind,
        sentence(message),
        waitOf(error, status),
      );
    }
  }
  // Names and messages of errors hold no photo, embedding or key.
  console.error(error);
  return new Problem(
    500,
    "unforeseen",
    "Something unforeseen happened on the server; its own window says more.",
  );
}

/** Seconds after which the same may succeed. */
function waitOf(error: FaceSignInError, status: number): number | undefined {
  return error instanceof TooManyAttemptsError
    ? Math.ceil(error.waitMs / 1000)
    : status === 503
    ? 1
    : undefined;
}

/** Hono's middleware throws its own: a body too large, JSON that is none, another origin. */
function ofHono({ status }: HTTPException): Problem {
  if (status === 413) return tooLarge();
  if (status === 408) {
    return new Problem(408, "too-slow", "The request took too long to arrive.");
  }
  if (status === 403) {
    return new Problem(403, "csrf", "This request came from another site.");
  }
  return new Problem(
    status >= 500 ? 400 : status as ContentfulStatusCode,
    "malformed",
    "The request is malformed.",
  );
}

export function tooLarge(): Problem {
  return new Problem(413, "too-large", "That is too large to send.");
}

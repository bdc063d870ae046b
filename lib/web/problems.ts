import type { Context } from "hono";
import { HTTPException } from "hono/http-exception";
import type { ContentfulStatusCode } from "hono/utils/http-status";
import { FaceSignInError, TooManyAttemptsError } from "../errors.ts";

/** Every refusal of the API's own: its stable name, HTTP status, and what is said unless there is more to say. */
const refusals = {
  "admin-only": [401, "This needs the administrator's password."],
  "csrf": [403, "The page is out of date; load it again."],
  "duplicate-face": [
    409,
    "This face is registered under another name already.",
  ],
  "host": [421, "This server goes by another name."],
  "last-photo": [
    409,
    "This is the last photo; delete the person, or add another photo first.",
  ],
  "live-first": [409, "Pass the live check first."],
  "malformed": [400, "The request is malformed."],
  "media-type": [415, "A frame must be sent as image/jpeg."],
  "name-not-available": [
    409,
    "This name cannot be registered; choose another or ask the administrator.",
  ],
  "no-captures": [409, "No photo was taken yet."],
  "no-challenge": [404, "This challenge ended or is not yours; start again."],
  "no-chip": [404, "There is no such picture."],
  "no-registration": [
    404,
    "This registration ended or is not yours; begin again.",
  ],
  "no-session": [401, "Open the page first."],
  "no-user": [404, "There is no such user."],
  "not-signed-in": [401, "Sign in first."],
  "not-found": [404, "There is nothing at this address."],
  "nothing-registered": [409, "Nobody is registered yet; register first."],
  "one-at-a-time": [
    409,
    "Send the next frame when the one before is answered.",
  ],
  "photo-refused": [409, "A photo was refused."],
  "recorded": [409, "This sign-in was recorded; the lab signs nobody in."],
  "registration-closed": [403, "Only the administrator registers people here."],
  "too-large": [413, "That is too large to send."],
  "too-many-requests": [429, "Too many requests; wait a minute."],
  "too-slow": [408, "The request took too long to arrive."],
  "unforeseen": [
    500,
    "Something unforeseen happened on the server; its own window says more.",
  ],
  "wrong-password": [401, "That is not the password."],
} as const satisfies Record<string, readonly [ContentfulStatusCode, string]>;

/** A refusal of the API, with a sentence for a person. */
export class Problem extends Error {
  readonly status: ContentfulStatusCode;

  constructor(
    readonly kind: keyof typeof refusals,
    message: string = refusals[kind][1],
    /** Seconds to wait before trying again, where that helps. */
    readonly retryAfter?: number,
  ) {
    super(message);
    this.status = refusals[kind][0];
  }
}

/** Statuses of the errors that `lib/` throws; what is not named here is the server's own fault. */
const statuses: Record<string, ContentfulStatusCode> = {
  usage: 400,
  photo: 400,
  "no-face": 400,
  "several-faces": 400,
  "nothing-registered": 404,
  "too-many-attempts": 429,
  write: 507,
  "store-busy": 503,
  "store-unreachable": 503,
  busy: 503,
};

/**
 * Answers whatever a route threw. Nothing unforeseen reaches the client but an apology; the
 * server's own output has the rest.
 */
export function answerError(thrown: Error, context: Context): Response {
  const error = thrown instanceof HTTPException ? ofHono(thrown) : thrown;
  if (error instanceof Problem) return answer(context, error);
  if (error instanceof FaceSignInError && error.kind in statuses) {
    const { kind, message } = error;
    const status = statuses[kind]!;
    const retryAfter = waitOf(error, status);
    return answer(context, {
      status,
      kind,
      message: sentence(message),
      ...(retryAfter === undefined ? {} : { retryAfter }),
    });
  }
  // Names and messages of errors hold no photo, embedding or key.
  console.error(error);
  return answer(context, new Problem("unforeseen"));
}

/** "the face is too dark" as a sentence. */
export function sentence(text: string): string {
  return text === "" ? "" : `${text[0]!.toUpperCase()}${text.slice(1)}.`
    .replace(/\.\.$/, ".");
}

function answer(
  context: Context,
  { status, kind, message, retryAfter }: Pick<Problem, "status" | "message"> & {
    readonly kind: string;
    readonly retryAfter?: number;
  },
): Response {
  if (retryAfter !== undefined) {
    context.header("Retry-After", String(retryAfter));
  }
  // What is undefined is not in the JSON.
  return context.json({ error: { kind, message, retryAfter } }, status);
}

/** Seconds after which the same may succeed. */
function waitOf(error: FaceSignInError, status: number): number | undefined {
  if (error instanceof TooManyAttemptsError) {
    return Math.ceil(error.waitMs / 1000);
  }
  return status === 503 ? 1 : undefined;
}

/** Hono's middleware throws its own: a body too large, JSON that is none, another origin. */
function ofHono({ status }: HTTPException): Problem {
  if (status === 413) return new Problem("too-large");
  if (status === 408) return new Problem("too-slow");
  return status === 403
    ? new Problem("csrf", "This request came from another site.")
    : new Problem("malformed");
}

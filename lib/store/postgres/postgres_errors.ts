import {
  FaceSignInError,
  StoreBusyError,
  StoreUnreachableError,
  WriteError,
} from "../../errors.ts";

/** What went wrong, by SQLSTATE (PostgreSQL's documentation, appendix A) or the system's own code. */
const reasons: readonly (readonly [RegExp, string])[] = [
  [/^28/, "does not let this user in; correct user and password in store"],
  [/^3D/, "has no such database; create it or correct store"],
  [
    /^42501$/,
    "does not let this user do that; let its owner run `deno task store prepare`, which tells what to grant",
  ],
  [/^53300$/, "has no connection left; raise its max_connections"],
  [
    /^(57P0|08|ECONN|EPIPE|ENOTFOUND|EAI_|EHOST|ENET|ETIMEDOUT)/,
    "does not answer; start it or correct the address in store",
  ],
  [
    /^NO_TLS$/,
    "offers no TLS; turn it on there, or ask for less with sslmode",
  ],
  [
    /^(ERR_TLS|ERR_SSL|CERT_|DEPTH_|SELF_|UNABLE_TO_)/,
    "shows a certificate that cannot be trusted; name its root with sslrootcert, or the host it is made for",
  ],
];

/** Messages of the driver and of Deno that come without a code. */
const messages: readonly (readonly [RegExp, string])[] = [
  [/^Connection terminated|^Client has encountered/, "08006"],
  [/certificate|UnknownIssuer|NotValidForName/i, "CERT_"],
  [/does not support SSL/, "NO_TLS"],
  [/timeout exceeded when trying to connect/, "55P03"],
  [/^Query read timeout/, "57014"],
];

/** A connection that ended, which is no fault of the statement. */
export function isConnectionLost(error: unknown): boolean {
  return /^(57P0|08|ECONN|EPIPE)/.test(codeOf(error));
}

/** Turns what the driver throws into this program's errors; a password is in none of them. */
export function explainPostgres(name: string, cause: unknown): unknown {
  if (cause instanceof FaceSignInError || !(cause instanceof Error)) {
    return cause;
  }
  const options = { cause };
  if (cause instanceof Deno.errors.NotCapable) {
    return new StoreUnreachableError(
      `${name} may not be asked: add "net" with its host to permissions.faces in deno.json`,
      options,
    );
  }
  const code = codeOf(cause);
  if (code === "53100") {
    return new WriteError(
      `${name} cannot be written: its disk is full; free some space and run it again`,
      { ...options, reason: "full" },
    );
  }
  if (code === "25006") {
    return new WriteError(`${name} cannot be written: it is read-only`, {
      ...options,
      reason: "read-only",
    });
  }
  // A lock or a statement that took too long, or two changes that waited for each other.
  if (/^(55P03|57014|40)/.test(code)) {
    return new StoreBusyError(
      `${name} is kept busy by another change; run it again`,
      options,
    );
  }
  const reason = reasons.find(([pattern]) => pattern.test(code))?.[1];
  if (reason !== undefined) {
    return new StoreUnreachableError(`${name} ${reason}`, options);
  }
  return /^[0-9A-Z]{5}$/.test(code)
    ? new StoreUnreachableError(
      `${name} refuses (${code}: ${cause.message}); see its log`,
      options,
    )
    : cause;
}

function codeOf(error: unknown): string {
  if (!(error instanceof Error)) return "";
  if ("code" in error && typeof error.code === "string") return error.code;
  return messages.find(([pattern]) => pattern.test(error.message))?.[1] ?? "";
}

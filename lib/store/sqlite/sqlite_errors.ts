import {
  FaceSignInError,
  StoreBusyError,
  StoreDamagedError,
  WriteError,
} from "../../errors.ts";
import { toWriteError } from "../atomic_file.ts";

/** SQLite's own texts (sqlite3_errstr); Deno's `exec` passes on no result code. */
const DAMAGED = ["file is not a database", "database disk image is malformed"];
const REFUSED: Readonly<Record<string, string>> = {
  "database or disk is full":
    "the disk is full; free some space and run it again",
  "disk I/O error":
    "the disk reports an error; check the disk and its free space",
  "attempt to write a readonly database":
    "it may only be read; change its rights or the task's permissions",
  "unable to open database file":
    "its folder refuses; change its rights or the path",
};

/** Runs `work` and turns what SQLite or Deno throws into this program's errors. */
export function explainingSqlite<T>(path: string, work: () => T): T {
  try {
    return work();
  } catch (cause) {
    throw explain(path, cause);
  }
}

function explain(path: string, cause: unknown): unknown {
  if (cause instanceof FaceSignInError || !(cause instanceof Error)) {
    return cause;
  }
  const code = "code" in cause ? String(cause.code) : "";
  if (
    cause instanceof Deno.errors.NotCapable ||
    code.startsWith("E") && !code.startsWith("ERR_")
  ) {
    return toWriteError(path, cause);
  }
  const says = (text: string) => cause.message.startsWith(text);
  if (DAMAGED.some(says)) {
    return new StoreDamagedError(
      `${path} is damaged (${cause.message}); it was left as it is: put a copy back, or move it away and register again`,
      { cause },
    );
  }
  if (says("database is locked")) {
    return new StoreBusyError(
      `${path} is kept busy by another process; run it again`,
      { cause },
    );
  }
  const refusal = Object.keys(REFUSED).find(says);
  if (refusal === undefined) return cause;
  const reason = refusal.endsWith("is full")
    ? "full"
    : refusal.includes("readonly")
    ? "read-only"
    : "other";
  return new WriteError(`${path} cannot be written: ${REFUSED[refusal]}`, {
    cause,
    reason,
  });
}

import {
  FaceSignInError,
  StoreUnreachableError,
  WriteError,
} from "../../errors.ts";

/** Runs `work` and turns what the driver throws into this program's errors; the address's password stays out of them. */
export async function explainingPostgres<T>(
  host: string,
  work: () => Promise<T>,
): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    throw explain(host, cause);
  }
}

function explain(host: string, cause: unknown): unknown {
  if (cause instanceof FaceSignInError || !(cause instanceof Error)) {
    return cause;
  }
  const code = "code" in cause ? String(cause.code) : "";
  const unreachable = (why: string) =>
    new StoreUnreachableError(`the database at ${host} ${why}`, { cause });
  if (cause instanceof Deno.errors.NotCapable) {
    return unreachable(
      'may not be asked: add "net": ["its name"] to permissions.faces in deno.json',
    );
  }
  // SQLSTATE classes: 28 invalid authorization, 3D invalid catalog, 53100 disk full (PostgreSQL, appendix A).
  if (code.startsWith("28")) {
    return unreachable(
      "does not let this user in; correct user and password in store",
    );
  }
  if (code.startsWith("3D")) {
    return unreachable("has no such database; create it or correct store");
  }
  if (code === "53100") {
    return new WriteError(
      `the database at ${host} cannot be written: its disk is full; free some space and run it again`,
      { cause },
    );
  }
  if (/^(ECONN|ENOTFOUND|EHOST|ETIMEDOUT|CONNECT|CONNECTION_)/.test(code)) {
    return unreachable(
      "does not answer; start it or correct the address in store",
    );
  }
  return cause;
}

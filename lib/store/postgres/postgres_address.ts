import { connect } from "node:net";
import { checkServerIdentity, type ConnectionOptions } from "node:tls";
import type pg from "pg";
import { SettingError } from "../../errors.ts";
import { explainPostgres } from "./postgres_errors.ts";

/** Where a database is, and how it is spoken to. */
interface PostgresAddress {
  /** What messages call it, without user and password. */
  readonly name: string;
  readonly config: pg.PoolConfig;
}

/** How libpq names what it takes of TLS (PostgreSQL's documentation, 34.19.3). */
const SSL_MODES = ["disable", "prefer", "require", "verify-ca", "verify-full"];
/** PostgreSQL's request for TLS: length 8, then the code 80877103; the answer is S or N. */
const SSL_REQUEST = Uint8Array.of(0, 0, 0, 8, 4, 210, 22, 47);
const CONNECT_MS = 5000;

/**
 * Reads a database's address as libpq does: what it does not say, the variables PGHOST, PGPORT,
 * PGUSER, PGPASSWORD, PGDATABASE, PGSSLMODE and PGSSLROOTCERT may. TLS is used where the server offers
 * it, unless `sslmode` asks for more or less; with `verify-full` the certificate must name the host
 * that was asked.
 *
 * @throws SettingError when sslmode is none, or sslrootcert cannot be read.
 * @throws StoreUnreachableError when the server does not answer.
 */
export async function readPostgresAddress(
  url: string,
): Promise<PostgresAddress> {
  const { searchParams, hostname, port, username, password, pathname } =
    new URL(url);
  const env = (name: string) => Deno.env.get(name) ?? "";
  const host = decodeURIComponent(hostname).replace(/^\[|\]$/g, "") ||
    env("PGHOST") || "localhost";
  const user = decodeURIComponent(username) || env("PGUSER") || env("USER");
  const config = {
    host,
    port: Number(port || env("PGPORT") || 5432),
    user,
    database: decodeURIComponent(pathname.slice(1)) || env("PGDATABASE") ||
      user,
    // A function, so that the driver looks for no password file.
    password: () => decodeURIComponent(password) || env("PGPASSWORD"),
  };
  const mode = searchParams.get("sslmode") ?? (env("PGSSLMODE") || "prefer");
  if (!SSL_MODES.includes(mode)) {
    throw new SettingError(
      `sslmode=${mode} is none that store knows; it takes ${
        SSL_MODES.join(", ")
      }.`,
    );
  }
  const rootCert = searchParams.get("sslrootcert") ?? env("PGSSLROOTCERT");
  const name = `the database at ${host}:${config.port}`;
  const wanted = mode === "prefer"
    ? await offersTls(host, config.port).catch((error) => {
      throw explainPostgres(name, error);
    })
    : mode !== "disable";
  return {
    name,
    config: {
      ...config,
      ssl: wanted ? await tlsOptions(mode, host, rootCert) : false,
    },
  };
}

async function tlsOptions(
  mode: string,
  host: string,
  rootCert: string,
): Promise<ConnectionOptions> {
  // As libpq: a root certificate that is named is checked, also where `require` is asked for.
  const checked = mode.startsWith("verify") || rootCert !== "";
  return {
    rejectUnauthorized: checked,
    ...(rootCert === "" ? {} : { ca: await readCertificate(rootCert) }),
    checkServerIdentity: (_name, certificate) =>
      mode === "verify-full"
        ? checkServerIdentity(host, certificate)
        : undefined,
  };
}

async function readCertificate(path: string): Promise<string> {
  try {
    return await Deno.readTextFile(path);
  } catch (cause) {
    throw new SettingError(
      `sslrootcert=${path} cannot be read; correct the path.`,
      { cause },
    );
  }
}

/** Asks the server whether it speaks TLS. @throws what connecting throws */
function offersTls(host: string, port: number): Promise<boolean> {
  const { promise, resolve, reject } = Promise.withResolvers<boolean>();
  const socket = connect({ host, port });
  const timer = setTimeout(
    () => reject(new Error("Connection terminated: no answer")),
    CONNECT_MS,
  );
  socket.on("connect", () => socket.write(SSL_REQUEST));
  socket.on("data", (answer) => resolve(answer[0] === "S".charCodeAt(0)));
  socket.on("error", reject);
  socket.on("close", () => reject(new Error("Connection terminated")));
  return promise.finally(() => {
    clearTimeout(timer);
    socket.destroy();
  });
}

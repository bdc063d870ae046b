import pg from "pg";

/** A database server that a test started. */
export interface TestServer {
  readonly url: string;
  /** Folder on a disk of its own, seen by the server only; where one was asked for. */
  readonly smallDisk?: string;
  /** Ends all connections at once, as a crash does, and starts again. */
  restart(): Promise<void>;
  stop(): Promise<void>;
}

const BIN = "/usr/lib/postgresql/15/bin";

/** Why no PostgreSQL can be started here, or null when one can; with CI=true it must be there. */
export function postgresMissing(): string | null {
  try {
    Deno.statSync(`${BIN}/postgres`);
    return null;
  } catch (error) {
    if (Deno.env.get("CI") === "true") throw error;
    return "PostgreSQL 15 is not here; apt-get install postgresql-15";
  }
}

/** Starts Debian's PostgreSQL 15 on a free port, with a data folder of its own that goes with it. */
export async function startPostgres(
  { smallDisk, settings = [] }: {
    /** Size of a disk that only the server sees, as mount takes it; takes root. */
    readonly smallDisk?: string;
    /** Settings besides, each `name=value`. */
    readonly settings?: readonly string[];
  } = {},
): Promise<TestServer> {
  const folder = await Deno.makeTempDir({ prefix: "face-sign-in-pg-" });
  // PostgreSQL refuses to run as root; Debian's package makes a user for it.
  if (Deno.uid() === 0) await run(["chown", "postgres", folder]);
  await run(
    asServer([
      `${BIN}/initdb`,
      "-D",
      `${folder}/data`,
      "-A",
      "trust",
      "-U",
      "tester",
      "--no-sync",
      "-E",
      "UTF8",
    ]),
  );
  const port = freePort();
  const options =
    `-p ${port} -k ${folder} -c listen_addresses=127.0.0.1 -c fsync=off ${
      settings.map((each) => `-c ${each}`).join(" ")
    }`;
  const start = asServer([
    `${BIN}/pg_ctl`,
    "-D",
    `${folder}/data`,
    "-l",
    `${folder}/log`,
    "-o",
    options,
    "-w",
    "start",
  ]);
  const disk = `${folder}/small_disk`;
  if (smallDisk !== undefined) await Deno.mkdir(disk);
  await run(
    smallDisk === undefined ? start : [
      "unshare",
      "--mount",
      "sh",
      "-c",
      `mount -t tmpfs -o size=${smallDisk} none ${disk} && chown postgres ${disk} && exec "$@"`,
      "sh",
      ...start,
    ],
  );
  return {
    ...(smallDisk === undefined ? {} : { smallDisk: disk }),
    url: `postgres://tester@127.0.0.1:${port}/postgres`,
    async restart() {
      await run(
        asServer([
          `${BIN}/pg_ctl`,
          "-D",
          `${folder}/data`,
          "-l",
          `${folder}/log`,
          "-m",
          "immediate",
          "-w",
          "restart",
        ]),
      );
    },
    async stop() {
      await run(
        asServer([
          `${BIN}/pg_ctl`,
          "-D",
          `${folder}/data`,
          "-m",
          "immediate",
          "-w",
          "stop",
        ]),
      );
      await Deno.remove(folder, { recursive: true });
    },
  };
}

function asServer(command: string[]): string[] {
  return Deno.uid() === 0
    ? ["runuser", "-u", "postgres", "--", ...command]
    : command;
}

async function run([command, ...args]: string[]): Promise<void> {
  // Files, not pipes: the server inherits them, and a pipe would stay open as long as it runs.
  const { success, code } = await new Deno.Command(command!, {
    args,
    cwd: "/",
    stdin: "null",
    stdout: "null",
    stderr: "null",
  }).output();
  if (!success) {
    throw new Error(`${command} ${args.join(" ")} ended with ${code}`);
  }
}

function freePort(): number {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  return listener.addr.port;
}

/** Runs a statement behind the program's back. */
export async function runSql(
  url: string,
  sql: string,
): Promise<pg.QueryResult> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return await client.query(sql);
  } finally {
    await client.end();
  }
}

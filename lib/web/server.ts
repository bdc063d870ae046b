import type { Settings } from "../config.ts";
import { SettingError } from "../errors.ts";
import { chooseThreshold } from "../people/choose_threshold.ts";
import { openStore } from "../store/open_store.ts";
import type { Draw } from "../liveness/challenge_desk.ts";
import { passiveFloors } from "../liveness/passive_scores.ts";
import { AdminPassword } from "./admin_password.ts";
import { createApp, type Guarding } from "./app.ts";
import type { LastSignIn } from "./app_context.ts";
import { clientAddress } from "./client_address.ts";
import { createFramePool } from "./frame_pool.ts";
import { Metrics } from "./metrics.ts";
import { OpenRegistrations } from "./open_registrations.ts";
import { Sessions } from "./sessions.ts";
import { SignInChallenges } from "./sign_in_challenges.ts";

/** Where `deno task evaluate` leaves its numbers. */
const evaluationFolder = "evaluation";

/** How long requests may take to end when the server ends, ms. */
const graceMs = 3000;

/** A server that runs. */
export interface RunningServer {
  /** Address to open in a browser. */
  readonly url: string;
  /** A password that was made for this start, to be shown once; null where there was one. */
  readonly madePassword: string | null;
  /** Where templates are kept. */
  readonly store: string;
  /** Finishes what is being answered and closes everything. */
  stop(): Promise<void>;
}

/** What tests change. */
export interface ServerOptions {
  readonly workers?: number | undefined;
  readonly draw?: Draw;
  readonly challengeTimeMs?: number;
  readonly perMinute?: Guarding["perMinute"];
  readonly answerWithinMs?: number;
  /** The clock by which sessions, challenges and registrations end. */
  readonly now?: () => number;
}

/** Fast enough for a camera at 15 frames a second and somebody beside it. */
const defaultPerMinute = { all: 2000, opening: 60 };
/** Twenty large photos take a slow machine half of it, ms. */
const defaultAnswerWithinMs = 60_000;

/**
 * Starts the web server: workers first, then the store of their model, then the pages.
 *
 * @throws SettingError when the address is not usable; what opening the store throws.
 */
export async function startServer(
  settings: Settings,
  {
    workers,
    perMinute = defaultPerMinute,
    answerWithinMs = defaultAnswerWithinMs,
    now = Date.now,
    ...challengeOptions
  }: ServerOptions = {},
): Promise<RunningServer> {
  if (settings.detector === "mtcnn") {
    throw new SettingError(
      "detector=mtcnn finds 5 landmarks and the live check needs 68; set detector=ssd for the web page.",
    );
  }
  const adminPassword = new AdminPassword(settings.adminPath);
  const tls = await readTls(settings, await adminPassword.isSet());
  const pool = createFramePool(settings, { workers });
  try {
    const model = await pool.ready();
    const store = await openStore(settings, model);
    const chosen = await chooseThreshold(store, model, {
      setting: settings.threshold,
    });
    const { margin } = settings;
    const { threshold } = chosen;
    const sessions = new Sessions<LastSignIn>(now);
    const { app, close } = await createApp({
      pool,
      store,
      model,
      chosen,
      margin,
      challenges: new SignInChallenges({
        store,
        threshold,
        margin,
        passiveFloors,
        now,
        ...challengeOptions,
      }),
      registrations: new OpenRegistrations(threshold, now),
      sessions,
      adminPassword,
      registrationOpen: settings.registration === "open",
      evaluationFolder,
      metrics: new Metrics([
        [
          "frames_waiting",
          "Pictures that wait or are worked on",
          () => pool.busy,
        ],
        ["sessions_open", "Sessions remembered", () => sessions.size],
      ]),
    }, {
      hostNames: tls === null ? loopbackNames : null,
      perMinute,
      answerWithinMs,
    });
    const server = listen(settings, tls, (request, { remoteAddr }) => {
      const address = clientAddress(remoteAddr.hostname);
      return app.fetch(request, { address });
    });
    const { port } = server.addr;
    // Not before the address is this server's: a password made for a start that fails is never shown.
    const madePassword = await adminPassword.isSet()
      ? null
      : await adminPassword.make();
    const scheme = tls === null ? "http" : "https";
    return {
      url: `${scheme}://${shownHost(settings.host)}:${port}/`,
      madePassword,
      store: store.name,
      async stop() {
        // A request that never ends must not keep the server from ending.
        const { promise: waitedLong, resolve } = Promise.withResolvers<void>();
        const timer = setTimeout(resolve, graceMs);
        await Promise.race([server.shutdown(), waitedLong]);
        clearTimeout(timer);
        close();
        pool.close();
        await store.close();
      },
    };
  } catch (error) {
    pool.close();
    throw error;
  }
}

const loopback = ["127.0.0.1", "localhost", "::1"];
const loopbackNames = ["127.0.0.1", "localhost", "[::1]"];

/** As an address shows it; on all addresses means on this computer's own, too. */
function shownHost(host: string): string {
  if (["127.0.0.1", "0.0.0.0", "::"].includes(host)) return "localhost";
  return host.includes(":") ? `[${host}]` : host;
}

interface Tls {
  readonly cert: string;
  readonly key: string;
}

/** @throws SettingError when others could reach the server without TLS or a password. */
async function readTls(
  { host, tlsCert, tlsKey }: Settings,
  passwordSet: boolean,
): Promise<Tls | null> {
  const ownOnly = loopback.includes(host);
  if ((tlsCert === "") !== (tlsKey === "")) {
    throw new SettingError("Set both tls_cert and tls_key, or neither.");
  }
  if (tlsCert === "") {
    if (ownOnly) return null;
    throw new SettingError(
      `host=${host} can be reached by others, who must not read along: set tls_cert and tls_key to the files of a certificate, or leave host at 127.0.0.1.`,
    );
  }
  if (!ownOnly && !passwordSet) {
    throw new SettingError(
      `host=${host} can be reached by others: choose the administrator's password first with \`deno task serve --new-password\`.`,
    );
  }
  try {
    const [cert, key] = await Promise.all(
      [tlsCert, tlsKey].map((path) => Deno.readTextFile(path)),
    );
    return { cert: cert!, key: key! };
  } catch (cause) {
    throw new SettingError(
      `tls_cert=${tlsCert} or tls_key=${tlsKey} cannot be read; correct the paths.`,
      { cause },
    );
  }
}

function listen(
  settings: Settings,
  tls: Tls | null,
  handler: Deno.ServeHandler<Deno.NetAddr>,
): Deno.HttpServer<Deno.NetAddr> {
  const { host, port } = settings;
  const options = { hostname: host, port, onListen: () => {} };
  try {
    return tls === null
      ? Deno.serve(options, handler)
      : Deno.serve({ ...options, ...tls }, handler);
  } catch (cause) {
    throw new SettingError(unusable(settings, cause), { cause });
  }
}

function unusable(
  { host, port, tlsCert, tlsKey }: Settings,
  cause: unknown,
): string {
  if (cause instanceof Deno.errors.AddrInUse) {
    return `port=${port} is taken by another program; set another, for instance port=${
      port + 1
    }.`;
  }
  if (cause instanceof Deno.errors.NotCapable) {
    return `host=${host} is not this computer alone, which \`deno task serve\` may not listen on; use \`deno task serve-network\` with host=0.0.0.0.`;
  }
  const files = tlsCert === ""
    ? ""
    : ` with tls_cert=${tlsCert} and tls_key=${tlsKey}`;
  return `host=${host} port=${port} cannot be listened on${files} (${
    cause instanceof Error ? cause.message : String(cause)
  }).`;
}

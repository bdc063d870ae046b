import type { Settings } from "../config.ts";
import { chooseThreshold } from "../people/choose_threshold.ts";
import { openStore } from "../store/open_store.ts";
import type { Draw } from "../liveness/light_sequence.ts";
import { AdminPassword } from "./admin_password.ts";
import { createApp, type Guarding } from "./app.ts";
import { createFramePool } from "./frame_pool.ts";
import { isLoopback, listen, readTls } from "./listen.ts";
import { Lab, type LabOptions } from "./lab.ts";
import { Metrics } from "./metrics.ts";
import { OpenRegistrations } from "./open_registrations.ts";
import { Sessions } from "./sessions.ts";
import { LiveChallenges } from "./live_challenges.ts";

/** What tests change. */
interface ServerOptions {
  readonly workers?: number | undefined;
  readonly draw?: Draw;
  readonly challengeTimeMs?: number;
  readonly perMinute?: Guarding["perMinute"];
  readonly answerWithinMs?: number;
  readonly headersMs?: number;
  /** Records sign-ins in place of signing anybody in. */
  readonly lab?: LabOptions;
  /** The clock by which sessions, challenges and registrations end. */
  readonly now?: () => number;
}

/** Fast enough for a camera at 15 frames a second and somebody beside it. */
const defaultPerMinute = { all: 2000, opening: 60 };
/** Twenty large photos take a slow machine half of it, ms. */
const defaultAnswerWithinMs = 60_000;
/** Headers are small: who needs longer keeps the connection busy, ms. */
const defaultHeadersMs = 20_000;

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
    headersMs = defaultHeadersMs,
    lab,
    now = Date.now,
    ...challengeOptions
  }: ServerOptions = {},
) {
  const adminPassword = new AdminPassword(settings.adminPath);
  const tls = await readTls(settings, await adminPassword.isSet());
  const pool = createFramePool(settings, workers);
  try {
    const model = await pool.ready();
    const store = await openStore(settings, model);
    // Told at the start rather than to the first who registers.
    await store.check();
    // Beside everything else; a search that needs it meanwhile says what went wrong with it.
    store.prepareSearch().catch(() => {});
    const chosen = await chooseThreshold(store, model, {
      setting: settings.threshold,
    });
    const { threshold } = chosen;
    const sessions = new Sessions(now);
    const { app, close } = await createApp({
      settings,
      pool,
      store,
      model,
      chosen,
      challenges: new LiveChallenges({
        store,
        threshold,
        settings,
        records: lab !== undefined,
        now,
        ...challengeOptions,
      }),
      registrations: new OpenRegistrations({
        samePersonDistance: threshold,
        liveFirst: settings.liveRegistration && lab === undefined,
      }, now),
      lab: lab === undefined ? null : new Lab(lab),
      sessions,
      adminPassword,
      metrics: new Metrics([
        [
          "frames_waiting",
          "Pictures that wait or are worked on",
          () => pool.busy,
        ],
        ["sessions_open", "Sessions remembered", () => sessions.size],
      ]),
    }, {
      isOwnName: tls?.isOwnName ?? isLoopback,
      overTls: tls !== null,
      perMinute,
      answerWithinMs,
    });
    const server = await listen(
      settings,
      tls,
      { headersMs, requestMs: 2 * answerWithinMs },
      (request, address) => app.fetch(request, { address }),
    );
    // Not before the address is this server's: a password made for a start that fails is never shown.
    const madePassword = await adminPassword.isSet()
      ? null
      : await adminPassword.make();
    const scheme = tls === null ? "http" : "https";
    return {
      /** Address to open in a browser. */
      url: `${scheme}://${shownHost(settings.host)}:${server.port}/`,
      /** A password that was made for this start, to be shown once; null where there was one. */
      madePassword,
      /** What the store is called, and what there is to be told of it. */
      store: store.name,
      notice: store.notice,
      /** Finishes what is being answered and closes everything. */
      async stop() {
        await server.close();
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

/** As an address shows it; on all addresses means on this computer's own, too. */
function shownHost(host: string): string {
  if (["127.0.0.1", "0.0.0.0", "::"].includes(host)) return "localhost";
  return host.includes(":") ? `[${host}]` : host;
}

/**
 * `deno task abuse store [SECONDS]`: for a minute each, restarts PostgreSQL and ends its connections while
 * processes register, kills the processes of each store, and lets them race for new names. Says what was
 * acknowledged and what is kept.
 */
import { ProcessQueue } from "./killed_process.ts";
import { openAt } from "./open_at.ts";
import { runSql, startPostgres } from "./postgres_server.ts";
import { storePlaces } from "./store_places.ts";

const PROCESSES = 4;
/** Between two terminations or kills, ms. */
const PAUSE_MS = 300;

interface Ended {
  /** What the process said was done. */
  readonly done: readonly string[];
  readonly refused: number;
  /** Ended by itself, or with an error. */
  readonly isDead: boolean;
}

/** A process that works until it is told to end. */
class Worker {
  private text = "";
  private readonly read: Promise<void>;
  private isKilled = false;

  constructor(
    readonly user: string,
    private readonly child: Deno.ChildProcess,
  ) {
    this.read = (async () => {
      const decoder = new TextDecoder();
      for await (const bytes of child.stdout) {
        this.text += decoder.decode(bytes, { stream: true });
      }
    })();
  }

  get done(): string[] {
    return [...this.text.matchAll(/^done (.+)\n/gm)].map(([, what]) => what!);
  }

  async end(signal: "SIGTERM" | "SIGKILL"): Promise<Ended> {
    this.isKilled = signal === "SIGKILL";
    try {
      this.child.kill(signal);
    } catch {
      // It had ended by itself, which its status tells.
    }
    const { success, signal: by } = await this.child.status;
    await this.read;
    const isDead = this.isKilled ? by !== "SIGKILL" : !success;
    const refused = this.text.split("refused ").length - 1;
    return { done: this.done, refused, isDead };
  }
}

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** @returns whether nothing was lost and no process died */
export async function abuseStores(seconds: number): Promise<boolean> {
  let isWell = true;
  const run = async (name: string, work: () => Promise<[string, boolean]>) => {
    const [text, well] = await work();
    isWell &&= well;
    console.log(`${well ? "well" : "BROKEN"}  ${name}: ${text}`);
  };
  for (const what of ["restarts", "terminations"] as const) {
    await run(`PostgreSQL, ${what}`, () => outages(what, seconds));
  }
  for (const { name, missing, with: withPlace } of storePlaces) {
    if (missing !== null) {
      console.log(`${name}: ${missing}`);
      continue;
    }
    await withPlace(async (address) => {
      await run(`${name}, kills`, () => kills(address, seconds));
    });
    await withPlace(async (address) => {
      await run(`${name}, races`, () => races(address, seconds));
    });
  }
  return isWell;
}

async function outages(
  what: "restarts" | "terminations",
  seconds: number,
): Promise<[string, boolean]> {
  const server = await startPostgres();
  try {
    await using queue = new ProcessQueue(PROCESSES);
    const workers = await start(queue, "load", server.url);
    const untilMs = performance.now() + seconds * 1000;
    let [times, longestMs] = [0, 0];
    while (performance.now() < untilMs) {
      const before = workers.map(({ done }) => done.length);
      if (what === "restarts") await server.restart();
      else {
        await runSql(
          server.url,
          "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'face-sign-in'",
        );
      }
      times++;
      const startMs = performance.now();
      while (workers.every(({ done }, i) => done.length === before[i])) {
        await pause(5);
      }
      longestMs = Math.max(longestMs, performance.now() - startMs);
      await pause(PAUSE_MS);
    }
    const ended = await Promise.all(workers.map((each) => each.end("SIGTERM")));
    const [text, well] = await compare(server.url, workers, ended);
    return [
      `${times} ${what}, work went on within ${
        longestMs.toFixed(0)
      } ms; ${text}`,
      well,
    ];
  } finally {
    await server.stop();
  }
}

async function kills(
  address: string,
  seconds: number,
): Promise<[string, boolean]> {
  await using queue = new ProcessQueue(PROCESSES);
  const workers = await start(queue, "load", address);
  const all = [...workers];
  const ended: Ended[] = [];
  const untilMs = performance.now() + seconds * 1000;
  for (let kill = 0; performance.now() < untilMs; kill++) {
    const i = kill % PROCESSES;
    const { user } = workers[i]!;
    await pause(PAUSE_MS);
    ended.push(await workers[i]!.end("SIGKILL"));
    workers[i] = new Worker(user, await queue.start("load", address, user));
    all.push(workers[i]);
  }
  const killed = ended.length;
  ended.push(...await Promise.all(workers.map((each) => each.end("SIGTERM"))));
  const [text, well] = await compare(address, all, ended);
  return [`${killed} kills; ${text}`, well];
}

async function races(
  address: string,
  seconds: number,
): Promise<[string, boolean]> {
  await (await openAt(address)).close();
  await using queue = new ProcessQueue(PROCESSES);
  const workers = await start(queue, "race", address);
  await pause(seconds * 1000);
  const ended = await Promise.all(workers.map((each) => each.end("SIGTERM")));
  const won = ended.flatMap(({ done }) => done);
  const store = await openAt(address);
  const held = await store.templates();
  await store.close();
  const users = new Set(held.map(({ user }) => user));
  const merged = held.length - users.size;
  const twice = won.length - new Set(won).size;
  const lost = new Set(won).difference(users).size;
  const dead = ended.filter(({ isDead }) => isDead).length;
  return [
    `${won.length} names won by ${PROCESSES} processes, ${twice} by two of them, ${merged} people merged, ${lost} lost, ${dead} processes died`,
    twice + merged + lost + dead === 0,
  ];
}

async function start(
  queue: ProcessQueue,
  task: string,
  address: string,
): Promise<Worker[]> {
  return await Promise.all(Array.from({ length: PROCESSES }, async (_, i) => {
    const user = task === "race" ? String(i) : `user_${i}`;
    return new Worker(user, await queue.start(task, address, user));
  }));
}

/** What was acknowledged against what is kept, and whether the log is whole. */
async function compare(
  address: string,
  workers: readonly Worker[],
  ended: readonly Ended[],
): Promise<[string, boolean]> {
  const store = await openAt(address);
  try {
    const held = new Set(
      (await store.templates()).map(({ user, photo }) => `${user} ${photo}`),
    );
    const acknowledged = new Set(
      workers.flatMap(({ user, done }) =>
        done.map((photo) => `${user} ${photo}`)
      ),
    );
    const lost = acknowledged.difference(held).size;
    const dead = ended.filter(({ isDead }) => isDead).length;
    const brokenAt = (await store.audit?.verify())?.brokenAt ?? null;
    const refused = ended.reduce((sum, each) => sum + each.refused, 0);
    const log = store.audit === null
      ? "no log"
      : brokenAt === null
      ? "the log is whole"
      : `the log breaks at ${brokenAt}`;
    return [
      `${acknowledged.size} acknowledged, ${held.size} kept, ${lost} lost, ${refused} refused, ${dead} processes died, ${log}`,
      lost + dead === 0 && brokenAt === null,
    ];
  } finally {
    await store.close();
  }
}

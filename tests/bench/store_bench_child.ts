/** A server's work on a store that is filled, measured in a process of its own; prints JSON. */
import { beginAttempt } from "../../lib/people/attempt.ts";
import { register } from "../../lib/people/register.ts";
import { AdminPassword } from "../../lib/web/admin_password.ts";
import { openAt } from "../store/open_at.ts";
import { BENCH_MODEL, benchTemplate } from "./bench_templates.ts";
import { percentile } from "./percentile.ts";

/** Medians, ms. */
export interface StoreMeasures {
  readonly loadMs: number;
  /** More than before the load. */
  readonly memoryMb: number;
  /** The whole decision, from its beginning to the log. */
  readonly verifyMs: number;
  readonly identifyMs: number;
  /** Only the nearest users' templates. */
  readonly searchMs: number;
  readonly batchedMs: number;
  /** A decision right after somebody was registered through another connection. */
  readonly changedMs: number;
  /** Registering somebody under a new name, from the rules to the log. */
  readonly registerMs: number;
  readonly revisionMs: number;
  readonly listMs: number;
  /** Longest time in which the event loop did nothing else. */
  readonly blocks: Readonly<
    Record<"load" | "decisions" | "changes" | "list" | "password", number>
  >;
}

const RUNS = 15;
const AT_ONCE = 16;

const { address, key, templates } = JSON.parse(Deno.args[0]!);
const open = () => openAt(address, { model: BENCH_MODEL, key });
const blocks: Record<string, number> = {};

/** What `work` takes, and the longest block of the loop meanwhile. */
async function watched(part: string, work: () => Promise<unknown>) {
  let [last, longest] = [performance.now(), 0];
  const ticking = setInterval(() => {
    const now = performance.now();
    longest = Math.max(longest, now - last);
    last = now;
  }, 1);
  const startMs = performance.now();
  await work();
  const ms = performance.now() - startMs;
  await new Promise((resolve) => setTimeout(resolve, 5));
  clearInterval(ticking);
  blocks[part] = longest;
  return ms;
}

async function median(work: (run: number) => Promise<unknown>, runs = RUNS) {
  const times: number[] = [];
  for (let run = 0; run < runs; run++) {
    const startMs = performance.now();
    await work(run);
    times.push(performance.now() - startMs);
  }
  return percentile(times, 0.5);
}

const store = await open();
const other = await open();
await store.check();
const before = Deno.memoryUsage().rss;
const loadMs = await watched("load", () => store.prepareSearch());
const memoryMb = (Deno.memoryUsage().rss - before) / 1e6;
const probe = benchTemplate(7).vector;

async function decide(user?: string): Promise<void> {
  const options = { threshold: 0.5, client: "127.0.0.1" };
  const attempt = await beginAttempt(
    store,
    user === undefined ? options : { ...options, user },
  );
  const { accepted } = await attempt.decide(probe);
  if (!accepted) throw new Error("not the user that was put in");
}

await decide();
const measured: Record<string, number> = {};
await watched("decisions", async () => {
  measured.verifyMs = await median(() => decide("user_7"));
  measured.identifyMs = await median(() => decide());
});
measured.searchMs = await median(() => store.nearestUsers([probe]));
const many = Array.from({ length: AT_ONCE }, (_, i) => benchTemplate(i).vector);
measured.batchedMs = await median(() => store.nearestUsers(many), 5) / AT_ONCE;
measured.revisionMs = await median(() => store.revision());
const changed: number[] = [];
await watched("changes", async () => {
  for (let run = 0; run < RUNS; run++) {
    await other.put([benchTemplate(templates + run)]);
    changed.push(await median(() => decide(), 1));
  }
});
measured.changedMs = percentile(changed, 0.5);
const chip = { width: 1, height: 1, data: new Uint8Array(3) };
measured.registerMs = await median(async (run) => {
  const face = { ...benchTemplate(2 * templates + run), chip, issues: [] };
  const rules = { threshold: 0.5, newUsers: true };
  const [done] = await register(store, [{ ...face, faceCount: 1 }], rules);
  if (done!.outcome !== "added") throw new Error("a new name was refused");
});
await watched("list", async () => {
  const query = { search: "ER_99", offset: 0, limit: 50 };
  measured.listMs = await median(() => store.listUsers(query), 3);
});
const file = await Deno.makeTempFile();
const password = new AdminPassword(file);
await password.set("a password");
await watched("password", () => password.matches("a password"));
await Deno.remove(file);
await store.close();
await other.close();
console.log(JSON.stringify({ loadMs, memoryMb, ...measured, blocks }));

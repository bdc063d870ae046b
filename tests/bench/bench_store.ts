/**
 * `deno task bench store [--templates N] [--only sqlite|postgres] [--postgres URL]`: measures the databases
 * with many users, plain and sealed.
 */
import { parseArgs } from "node:util";
import { ProcessQueue } from "../store/killed_process.ts";
import { openAt } from "../store/open_at.ts";
import {
  postgresMissing,
  runSql,
  startPostgres,
} from "../store/postgres_server.ts";
import { withTempFolder } from "../store/temp_folder.ts";
import { parsedOrUsage } from "../run_script.ts";
import { BENCH_MODEL, benchTemplate } from "./bench_templates.ts";
import { thisMachine } from "./machine.ts";
import type { StoreMeasures } from "./store_bench_child.ts";

const usage =
  "deno task bench store [--templates N] [--only sqlite|postgres] [--postgres URL]";
/** Users registered in one transaction. */
const BATCH = 10_000;
/** What seals, where something is sealed. */
const KEY = 7;
/** Registering at once. */
const PROCESSES = 4;
/** Registrations of each of them, as tests/store/store_process.ts makes them. */
const REGISTRATIONS = 60;

interface Row extends StoreMeasures {
  readonly store: string;
  /** Templates a second, filling. */
  readonly filled: number;
}

/** Prints a table: a column for each store. */
export async function benchStore(args: string[]): Promise<number> {
  const { values } = parsedOrUsage(usage, () =>
    parseArgs({
      args,
      options: {
        postgres: { type: "string" },
        templates: { type: "string", default: "1000000" },
        only: { type: "string", default: "" },
      },
    }));
  const templates = Number(values.templates);
  const { cpu, cores, deno } = thisMachine();
  console.log(
    `${templates} templates of ${BENCH_MODEL.dimensions} numbers; ${cpu}, ${cores} cores, Deno ${deno}`,
  );
  const rows: Row[] = [];
  const wanted = (name: string) => ["", name].includes(values.only);
  if (wanted("sqlite")) {
    await withTempFolder(async (folder) => {
      for (const key of [null, KEY]) {
        const path = `${folder}/${key}.db`;
        rows.push(await measure("SQLite", path, key, templates));
        await Deno.remove(path);
      }
      console.log(await benchWriters("SQLite", `${folder}/faces.db`));
    });
  }
  if (wanted("postgres")) {
    await withPostgres(values.postgres, async (url) => {
      for (const key of [null, KEY]) {
        rows.push(await measure("PostgreSQL", url, key, templates));
      }
      await runSql(url, "DROP SCHEMA IF EXISTS face_sign_in CASCADE");
      console.log(await benchWriters("PostgreSQL", url));
    });
  }
  print(rows);
  return 0;
}

/** The server that is named, or one of its own that writes to the disk as it does for others. */
async function withPostgres(
  url: string | undefined,
  work: (url: string) => Promise<void>,
): Promise<void> {
  if (url !== undefined) return await work(url);
  const missing = postgresMissing();
  if (missing !== null) return console.log(missing);
  const server = await startPostgres({ settings: ["fsync=on"] });
  try {
    await work(server.url);
  } finally {
    await server.stop();
  }
}

async function measure(
  name: string,
  address: string,
  key: number | null,
  templates: number,
): Promise<Row> {
  if (name === "PostgreSQL") {
    await runSql(address, "DROP SCHEMA IF EXISTS face_sign_in CASCADE");
  }
  const store = `${name}${key === null ? "" : ", sealed"}`;
  const startMs = performance.now();
  const filling = await openAt(address, { model: BENCH_MODEL, key });
  for (let start = 0; start < templates; start += BATCH) {
    const length = Math.min(BATCH, templates - start);
    await filling.put(
      Array.from({ length }, (_, i) => benchTemplate(start + i)),
    );
  }
  await filling.close();
  const filled = templates / (performance.now() - startMs) * 1000;
  console.log(`${store}: filled, ${filled.toFixed(0)} templates/s`);
  // A process of its own, whose memory is that of a server.
  const child = await new Deno.Command(Deno.execPath(), {
    args: [
      "run",
      "--lock=tests/deno.lock",
      "--allow-all",
      "tests/bench/store_bench_child.ts",
      JSON.stringify({ address, key, templates }),
    ],
    stderr: "inherit",
  }).output();
  const text = new TextDecoder().decode(child.stdout);
  if (!child.success) throw new Error(`${store}: ${text}`);
  return { store, filled, ...JSON.parse(text) };
}

/** How fast several processes register, each one photo at a time: every change takes its turn. */
async function benchWriters(name: string, address: string): Promise<string> {
  await (await openAt(address)).close();
  const seconds = async (processes: number) => {
    await using queue = new ProcessQueue(processes);
    await new Promise((resolve) => setTimeout(resolve, 3000));
    const startMs = performance.now();
    const children = await Promise.all(
      Array.from(
        { length: processes },
        (_, i) => queue.start("register", address, `${processes}_${i}`),
      ),
    );
    for (const child of children) await child.output();
    return (performance.now() - startMs) / 1000;
  };
  const [one, several] = [await seconds(1), await seconds(PROCESSES)];
  const perSecond = [
    REGISTRATIONS / one,
    PROCESSES * REGISTRATIONS / several,
  ];
  return `${name}: ${
    perSecond[0]!.toFixed(0)
  } registrations/s by one process, ${
    perSecond[1]!.toFixed(0)
  } by ${PROCESSES}`;
}

function print(rows: readonly Row[]): void {
  const ms = (value: number) => `${value.toFixed(value < 10 ? 1 : 0)} ms`;
  const lines: [string, (row: Row) => string][] = [
    ["", ({ store }) => store],
    ["filled, templates/s", ({ filled }) => filled.toFixed(0)],
    ["load", ({ loadMs }) => `${(loadMs / 1000).toFixed(1)} s`],
    ["memory", ({ memoryMb }) => `${memoryMb.toFixed(0)} MB`],
    ["1:1 decision", ({ verifyMs }) => ms(verifyMs)],
    ["1:N decision", ({ identifyMs }) => ms(identifyMs)],
    ["  its search", ({ searchMs }) => ms(searchMs)],
    [
      "  decision over search",
      ({ identifyMs, searchMs }) => `x ${(identifyMs / searchMs).toFixed(2)}`,
    ],
    ["  a probe of 16 at once", ({ batchedMs }) => ms(batchedMs)],
    ["1:N after a change elsewhere", ({ changedMs }) => ms(changedMs)],
    [
      "  more than without",
      ({ changedMs, identifyMs }) => ms(changedMs - identifyMs),
    ],
    ["registering a new name", ({ registerMs }) => ms(registerMs)],
    ["asking for the change number", ({ revisionMs }) => ms(revisionMs)],
    ["50 of a list, searched", ({ listMs }) => ms(listMs)],
    ["longest block: load", ({ blocks }) => ms(blocks.load)],
    ["  decisions", ({ blocks }) => ms(blocks.decisions)],
    ["  after changes", ({ blocks }) => ms(blocks.changes)],
    ["  list", ({ blocks }) => ms(blocks.list)],
    ["  password", ({ blocks }) => ms(blocks.password)],
  ];
  for (const [name, text] of lines) {
    console.log(
      name.padEnd(30) + rows.map((row) => text(row).padStart(20)).join(""),
    );
  }
}

/** `deno task bench`: measures how long a photo, many photos, a video and a sign-in take here. */
import { parseArgs } from "node:util";
import { readSettings } from "../../lib/config.ts";
import { UsageError } from "../../lib/errors.ts";
import { makeBenchPhotos } from "./bench_photos.ts";
import { compareBenches } from "./compare_benches.ts";
import { benchNetworks, type NetworkBench } from "./network_bench.ts";
import { type Machine, thisMachine } from "./machine.ts";
import { benchStages, type StageBench, stages } from "./stage_bench.ts";
import { benchPlain, type PlainBench } from "./plain_bench.ts";
import { benchPool, type PoolBench } from "./pool_bench.ts";
import { loadStages } from "./timed_stages.ts";
import { benchVideo, type VideoBench } from "./video_bench.ts";
import { createRecognizer } from "../../lib/recognize/recognizer.ts";
import type { MemoryUse } from "./bench_child.ts";
import {
  benchColdStart,
  benchMemory,
  type ColdStart,
  inProject,
  writePhotos,
} from "./bench_processes.ts";
import { parsedOrUsage, runScript } from "../run_script.ts";

const usage =
  "deno task bench [--json] [--runs N] [--photos N], deno task bench memory [--photos N], deno task bench compare BEFORE AFTER (two reports, or two working trees, measured in turns) [--rounds N], deno task bench store, deno task bench compact, deno task bench web, or deno task bench people";
const portraits = [
  "registration_photos/andrew_01.jpg",
  "registration_photos/beatriz/beatriz_01.jpg",
  "registration_photos/daisuke/daisuke_01.jpg",
].map(inProject);
/** Everything one run measured. */
interface BenchReport {
  readonly machine: Machine;
  readonly runs: number;
  /** Warm, one thread, medians. */
  readonly photos: readonly StageBench[];
  /** The same photos by this project and by imagescript and face-api alone. */
  readonly plain: readonly PlainBench[];
  /** The networks of both recognizers on the first photo, warm, one thread, medians. */
  readonly networks: readonly NetworkBench[];
  /** Many photos with one worker, and with as many as the machine carries. */
  readonly pool: readonly PoolBench[];
  readonly video: VideoBench;
  readonly coldStart: ColdStart;
  /** Of a process that recognizes both photos. */
  readonly memory: MemoryUse;
}

if (import.meta.main) await runScript(bench);

async function bench(args: string[]): Promise<number> {
  if (args[0] === "store") {
    const { benchStore } = await import("./bench_store.ts");
    return await benchStore(args.slice(1));
  }
  if (args[0] === "compact") {
    const { benchCompact } = await import("./compact_bench.ts");
    return benchCompact(args.slice(1));
  }
  if (args[0] === "web") {
    const { benchWeb } = await import("./bench_web.ts");
    return await benchWeb(args.slice(1));
  }
  if (args[0] === "people") {
    const { benchPeople } = await import("./people_bench.ts");
    return await benchPeople(args.slice(1));
  }
  const { values, positionals } = parsedOrUsage(usage, () =>
    parseArgs({
      args,
      options: {
        json: { type: "boolean" },
        runs: { type: "string", default: "7" },
        photos: { type: "string" },
        rounds: { type: "string", default: "20" },
        help: { type: "boolean", short: "h" },
      },
      allowPositionals: true,
    }));
  if (values.help) {
    console.log(`usage: ${usage}`);
    return 0;
  }
  if (positionals[0] === "memory" && positionals.length === 1) {
    return await benchFlatness(countOf("photos", values.photos ?? "1000"));
  }
  if (positionals.length > 0) {
    return await compare(positionals, countOf("rounds", values.rounds));
  }
  const report = await measure(
    countOf("runs", values.runs),
    countOf("photos", values.photos ?? "100"),
  );
  console.log(
    values.json ? JSON.stringify(report, null, 2) : asText(report),
  );
  return 0;
}

function countOf(option: string, text: string): number {
  const count = Number(text);
  if (Number.isInteger(count) && count >= 1 && count <= 100_000) return count;
  throw new UsageError(`--${option} ${text} is not a count; usage: ${usage}`);
}

/** Prints how the second report's or tree's numbers stand to the first's. */
async function compare(
  [word, ...paths]: string[],
  rounds: number,
): Promise<number> {
  const [before, after] = paths;
  if (word !== "compare" || before === undefined || after === undefined) {
    throw new UsageError(
      `Name two reports or trees to compare; usage: ${usage}`,
    );
  }
  const areTrees = (await Deno.stat(before)).isDirectory;
  let reports: [unknown[], unknown[]];
  if (areTrees) {
    const { measureTrees } = await import("./compare_trees.ts");
    reports = await measureTrees([before, after], portraits, rounds);
  } else {
    reports = [[await readReport(before)], [await readReport(after)]];
  }
  for (const change of compareBenches(...reports)) {
    const { name, ratio, low, high } = change;
    const [a, b] = [change.before, change.after].map((value) =>
      value.toFixed(1).padStart(10)
    );
    const spread = `(${low.toFixed(2)} to ${high.toFixed(2)})`;
    console.log(
      `${name.padEnd(32)}${a}${b}   x ${ratio.toFixed(2)} ${spread}`,
    );
  }
  return 0;
}

async function readReport(path: string): Promise<unknown> {
  try {
    return JSON.parse(await Deno.readTextFile(path));
  } catch (cause) {
    throw new UsageError(
      `${path} is not a report of \`deno task bench --json\`; usage: ${usage}`,
      { cause },
    );
  }
}

/** Recognizes many photos in one process: its memory must stand still. */
async function benchFlatness(count: number): Promise<number> {
  const use = await benchMemory(portraits, count);
  console.log(
    `${use.photos} photos in one process: ${
      memoryText(use.afterTenthMb)
    } after a tenth of them, ${memoryText(use.afterAllMb)} after all, peak ${
      memoryText(use.peakMb)
    }`,
  );
  return 0;
}

async function measure(runs: number, many: number): Promise<BenchReport> {
  const settings = readSettings();
  const photos = await makeBenchPhotos(portraits);
  const recognizer = await createRecognizer(settings);
  const timed = await loadStages(settings);
  const folder = await Deno.makeTempDir({ prefix: "face-bench-" });
  try {
    const measured: StageBench[] = [];
    for (const photo of photos) {
      measured.push(await benchStages(timed, photo, runs));
    }
    return {
      machine: thisMachine(),
      runs,
      photos: measured,
      plain: await benchPlain(settings, photos, runs),
      networks: await benchNetworks(photos[0]!, runs),
      pool: await benchPool(settings, portraits, many),
      video: await benchVideo(settings, portraits[0]!, runs * 10),
      coldStart: await benchColdStart(
        recognizer,
        { folder, portraits, photo: photos[0]! },
        runs,
      ),
      memory: await benchMemory(await writePhotos(photos, folder), 2),
    };
  } finally {
    recognizer.dispose();
    timed.dispose();
    await Deno.remove(folder, { recursive: true });
  }
}

function asText({ machine, runs, photos, ...rest }: BenchReport): string {
  const rows = [...stages, "whole"] as const;
  const number = (value: number) => value.toFixed(0).padStart(16);
  return [
    `${machine.cpu}, ${machine.cores} cores, ${machine.memoryGb} GB, ${machine.system}, Deno ${machine.deno}`,
    `Median ms of ${runs} runs, one thread, warm:`,
    "".padEnd(12) + photos.map(({ photo }) => photo.padStart(16)).join(""),
    ...rows.map((stage) =>
      stage.padEnd(12) + photos.map(({ ms }) => number(ms[stage])).join("")
    ),
    "faces".padEnd(12) + photos.map(({ faces }) => number(faces)).join(""),
    "",
    "Against imagescript and face-api alone, in turns (ms, plain ms, ratio):",
    ...rest.plain.map(({ photo, task, ms, plainMs, ratio }) =>
      `${photo}, ${task}`.padEnd(46) +
      [ms, plainMs].map((each) => each.toFixed(0).padStart(8)).join("") +
      ratio.toFixed(2).padStart(8)
    ),
    "",
    ...rest.networks.map(({ network, task, ms }) =>
      `${network}, ${task}`.padEnd(58) +
      (ms === null ? "not installed" : ms.toFixed(0).padStart(6))
    ),
    "",
    ...rest.pool.map(({ photos: many, workers, ms }) =>
      `${many} photos, ${workers} worker${workers === 1 ? "" : "s"}`.padEnd(
        26,
      ) +
      `${(many / ms * 1000).toFixed(1)} photos/s, ${
        (rest.pool[0]!.ms / ms).toFixed(2)
      } times one worker`
    ),
    `Video                     ${rest.video.perSecond.toFixed(1)} frames/s`,
    "",
    `Process start to verdict  ${rest.coldStart.ms.toFixed(0)} ms, ${
      rest.coldStart.ratio.toFixed(2)
    } times one face of ${photos[0]!.photo} on the plain path, warm`,
    ...Object.entries(rest.coldStart.phases).map(([phase, ms]) =>
      `  ${phase.padEnd(24)}${ms.toFixed(0).padStart(6)} ms`
    ),
    `Peak memory               ${memoryText(rest.memory.peakMb)}`,
  ].join("\n");
}

function memoryText(mb: number | null): string {
  return mb === null ? "unknown" : `${mb} MB`;
}

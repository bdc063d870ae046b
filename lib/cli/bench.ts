/** `deno task bench`: measures how long a photo, many photos, a video and a sign-in take here. */
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { readSettings } from "../config.ts";
import { UsageError } from "../errors.ts";
import { type BenchPhoto, makeBenchPhotos } from "../evaluate/bench_photos.ts";
import { compareBenches } from "../evaluate/compare_benches.ts";
import { benchNetworks, type NetworkBench } from "../evaluate/network_bench.ts";
import { type Machine, thisMachine } from "../evaluate/machine.ts";
import {
  benchStages,
  type StageBench,
  stages,
} from "../evaluate/stage_bench.ts";
import { benchPlain, type PlainBench } from "../evaluate/plain_bench.ts";
import { benchPool, type PoolBench } from "../evaluate/pool_bench.ts";
import { median, stopwatch } from "../evaluate/stopwatch.ts";
import { benchVideo, type VideoBench } from "../evaluate/video_bench.ts";
import { createRecognizer, type Recognizer } from "../recognize/recognizer.ts";
import { registerPhotos } from "../recognize/register.ts";
import { openJsonStore } from "../store/json_store.ts";
import { parsedOrUsage, runTask } from "./run_task.ts";

const usage =
  "deno task bench [--json] [--runs N] [--photos N], deno task bench compare A.json B.json, deno task bench store, or deno task bench web";
const portraits = [
  "registration_photos/andrew_01.jpg",
  "registration_photos/beatriz/beatriz_01.jpg",
  "registration_photos/daisuke/daisuke_01.jpg",
].map(inProject);
/** As the task `verify` runs, but for its writing to the folder it stands in. */
const verifyArgs = [
  "run",
  "--no-prompt",
  `--config=${inProject("deno.json")}`,
  "--allow-read",
  "--allow-write=.",
  "--allow-env",
  `--allow-ffi=${inProject("node_modules")}`,
  inProject("lib/cli/verify.ts"),
  "--json",
  inProject("signin_photos/andrew_06.jpg"),
];

function inProject(path: string): string {
  return fileURLToPath(new URL(`../../${path}`, import.meta.url));
}

/** Everything one run measured. */
interface BenchReport {
  readonly machine: Machine;
  readonly runs: number;
  /** Warm, one thread, medians. */
  readonly photos: readonly StageBench[];
  /** The same photos by imagescript and face-api alone. */
  readonly plain: readonly PlainBench[];
  /** The networks of both recognizers on the first photo, warm, one thread, medians. */
  readonly networks: readonly NetworkBench[];
  /** Many photos with one worker, and with as many as the machine carries. */
  readonly pool: readonly PoolBench[];
  readonly video: VideoBench;
  /** Process start of `verify` to its verdict, with a registered store; median ms. */
  readonly startToVerdictMs: number;
  /** Most memory of a process that recognizes both photos; null where the system does not tell. */
  readonly peakMemoryMb: number | null;
}

if (import.meta.main) await runTask(bench);

async function bench(args: string[]): Promise<number> {
  if (args[0] === "store") {
    const { benchStore } = await import("./bench_store.ts");
    return await benchStore(args.slice(1));
  }
  if (args[0] === "web") {
    const { benchWeb } = await import("./bench_web.ts");
    return await benchWeb(args.slice(1));
  }
  const { values, positionals } = parsedOrUsage(usage, () =>
    parseArgs({
      args,
      options: {
        json: { type: "boolean" },
        runs: { type: "string", default: "7" },
        photos: { type: "string", default: "100" },
        help: { type: "boolean", short: "h" },
      },
      allowPositionals: true,
    }));
  if (values.help) {
    console.log(`usage: ${usage}`);
    return 0;
  }
  if (positionals.length > 0) return await compare(positionals);
  const report = await measure(
    countOf("runs", values.runs),
    countOf("photos", values.photos),
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

/** Prints how the second report's numbers stand to the first's. */
async function compare([word, ...paths]: string[]): Promise<number> {
  if (word !== "compare" || paths.length !== 2) {
    throw new UsageError(`Name two reports to compare; usage: ${usage}`);
  }
  const [before, after] = await Promise.all(paths.map(readReport));
  for (const change of compareBenches(before, after)) {
    const [a, b] = [change.before, change.after].map((value) =>
      value.toFixed(1).padStart(10)
    );
    console.log(
      `${change.name.padEnd(32)}${a}${b}   x ${change.ratio.toFixed(2)}`,
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

async function measure(runs: number, many: number): Promise<BenchReport> {
  const settings = readSettings();
  const photos = await makeBenchPhotos(portraits);
  const recognizer = await createRecognizer(settings);
  const folder = await Deno.makeTempDir({ prefix: "face-bench-" });
  try {
    const measured: StageBench[] = [];
    for (const photo of photos) {
      measured.push(await benchStages(recognizer, photo, runs));
    }
    return {
      machine: thisMachine(),
      runs,
      photos: measured,
      plain: await benchPlain(photos, Math.min(runs, 3)),
      networks: await benchNetworks(photos[0]!, runs),
      pool: await benchPool(settings, portraits, many),
      video: await benchVideo(settings, portraits[0]!, runs * 10),
      startToVerdictMs: await benchColdStart(recognizer, folder, runs),
      peakMemoryMb: await benchMemory(photos, folder),
    };
  } finally {
    recognizer.dispose();
    await Deno.remove(folder, { recursive: true });
  }
}

/** Registers the portraits in a folder of its own, then lets `verify` decide there. */
async function benchColdStart(
  recognizer: Recognizer,
  folder: string,
  runs: number,
): Promise<number> {
  const store = await openJsonStore(`${folder}/embeddings.json`, recognizer);
  const photos = portraits.map((path, index) => ({
    user: index === 0 ? "andrew" : `other ${index}`,
    path,
    name: `${index}.jpg`,
  }));
  await registerPhotos(recognizer, store, photos, { savePath: folder });
  const ms: number[] = [];
  for (let run = 0; run < runs; run++) {
    const { ms: once } = await stopwatch(() => runDeno(verifyArgs, folder));
    ms.push(once);
  }
  return median(ms);
}

async function benchMemory(
  photos: readonly BenchPhoto[],
  folder: string,
): Promise<number | null> {
  const paths = await Promise.all(photos.map(async ({ bytes }, index) => {
    const path = `${folder}/${index}.jpg`;
    await Deno.writeFile(path, bytes);
    return path;
  }));
  const child = inProject("lib/cli/bench_child.ts");
  const output = await runDeno(["run", "--allow-all", child, ...paths], folder);
  return JSON.parse(output).peakMemoryMb;
}

/** Runs deno and gives back what it printed. */
async function runDeno(args: string[], cwd: string): Promise<string> {
  const { success, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args,
    cwd,
  }).output();
  const decoder = new TextDecoder();
  if (!success) {
    throw new Error(
      `deno ${args.join(" ")} failed: ${decoder.decode(stderr)}${
        decoder.decode(stdout)
      }`,
    );
  }
  return decoder.decode(stdout);
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
    "plain path".padEnd(12) + rest.plain.map(({ ms }) => number(ms)).join(""),
    "faces".padEnd(12) + photos.map(({ faces }) => number(faces)).join(""),
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
      `${(many / ms * 1000).toFixed(1)} photos/s`
    ),
    `Video, full every frame   ${rest.video.fullPerSecond.toFixed(1)} frames/s`,
    `Video, tracking           ${
      rest.video.trackedPerSecond.toFixed(1)
    } frames/s`,
    `Process start to verdict  ${rest.startToVerdictMs.toFixed(0)} ms`,
    `Peak memory               ${
      rest.peakMemoryMb === null ? "unknown" : `${rest.peakMemoryMb} MB`
    }`,
  ].join("\n");
}

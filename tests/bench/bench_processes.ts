import { fileURLToPath } from "node:url";
import type { BenchPhoto } from "./bench_photos.ts";
import { describeOnePlainly, loadPlain } from "./plain_bench.ts";
import { median, stopwatch } from "./stopwatch.ts";
import type { Recognizer } from "../../lib/recognize/recognizer.ts";
import { registerPhotos } from "../../lib/people/register_photos.ts";
import { readSettings } from "../../lib/config.ts";
import { openStore } from "../../lib/store/open_store.ts";
import type { MemoryUse } from "./bench_child.ts";

/** What a sign-in costs that starts its process first. */
export interface ColdStart {
  /** Process start of `verify` to its verdict, with a registered store; median. */
  readonly ms: number;
  /**
   * The same as a multiple of a warm photo on the plain path, measured in turns: a number that
   * says more of the program than of the machine. Median.
   */
  readonly ratio: number;
  /** ms of each step where they are done one after the other; medians. */
  readonly phases: Readonly<Record<string, number>>;
}

/**
 * As the tasks in deno.json set it: glibc gives each thread that decodes a heap of its own and
 * keeps what it freed, some 5 MB a heap and 8 heaps a core.
 */
const taskEnvironment = { MALLOC_ARENA_MAX: "2" };
const child = inProject("tests/bench/bench_child.ts");
const signin = inProject("signin_photos/andrew_06.jpg");
/** As the task `verify` runs, but for its writing to the folder it stands in. */
const verifyArgs = [
  "run",
  "--no-prompt",
  `--config=${inProject("deno.json")}`,
  "--allow-read",
  "--allow-write=.",
  "--allow-sys=systemMemoryInfo",
  "--allow-env",
  `--allow-ffi=${inProject("node_modules")}`,
  inProject("lib/cli/verify.ts"),
  "--json",
  signin,
];

/** A path of this project, wherever the process stands. */
export function inProject(path: string): string {
  return fileURLToPath(new URL(`../../${path}`, import.meta.url));
}

/** Registers the portraits in a folder of its own, then lets `verify` decide there. */
export async function benchColdStart(
  recognizer: Recognizer,
  { folder, portraits, photo }: {
    readonly folder: string;
    readonly portraits: readonly string[];
    readonly photo: BenchPhoto;
  },
  runs: number,
): Promise<ColdStart> {
  const store = await openStore({
    ...readSettings({}),
    store: `${folder}/embeddings.json`,
    savePath: folder,
  }, recognizer);
  const photos = portraits.map((path, index) => ({
    user: index === 0 ? "andrew" : `other ${index}`,
    path,
    name: `${index}.jpg`,
  }));
  await registerPhotos(recognizer, store, photos);
  const unload = await loadPlain();
  await describeOnePlainly(photo);
  const ms: number[] = [];
  const ratios: number[] = [];
  const phases: Record<string, number>[] = [];
  for (let run = 0; run < runs; run++) {
    const cold = await stopwatch(() => runDeno(verifyArgs, folder));
    const plain = await stopwatch(() => describeOnePlainly(photo));
    ms.push(cold.ms);
    ratios.push(cold.ms / plain.ms);
    phases.push(await runPhases(folder));
  }
  unload();
  return { ms: median(ms), ratio: median(ratios), phases: medians(phases) };
}

async function runPhases(folder: string): Promise<Record<string, number>> {
  const args = ["run", "--allow-all", child, "phases", `${Date.now()}`];
  return JSON.parse(await runDeno([...args, folder, signin], folder));
}

function medians(runs: readonly Record<string, number>[]) {
  return Object.fromEntries(
    Object.keys(runs[0] ?? {}).map((name) => [
      name,
      median(runs.map((run) => run[name] ?? NaN)),
    ]),
  );
}

/** Writes photos to a folder. */
export async function writePhotos(
  photos: readonly BenchPhoto[],
  folder: string,
): Promise<string[]> {
  return await Promise.all(photos.map(async ({ bytes }, index) => {
    const path = `${folder}/${index}.jpg`;
    await Deno.writeFile(path, bytes);
    return path;
  }));
}

/** Memory of a process that recognizes so many photos, taking the files again and again. */
export async function benchMemory(
  paths: readonly string[],
  count: number,
): Promise<MemoryUse> {
  const args = ["run", "--allow-all", child, "memory", `${count}`, ...paths];
  return JSON.parse(await runDeno(args, "."));
}

/** Runs deno and gives back what it printed. */
async function runDeno(args: string[], cwd: string): Promise<string> {
  const { success, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args,
    cwd,
    env: taskEnvironment,
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

import process from "node:process";
import { pathToFileURL } from "node:url";
import type { StageBench } from "./stage_bench.ts";

/** A working tree of this project whose stages can be measured, once at a time. */
interface Tree {
  /** Every stage of the photos and every network, once each, after one unmeasured run. */
  measure(): Promise<unknown>;
  dispose(): void;
}

/**
 * Measures two working trees in this process, their stages in turns, by the processor time of all its
 * threads, so that what else the machine does hardly counts.
 *
 * @param folders of the trees; both must take the packages of this one's deno.json
 * @returns so many reports of each
 */
export async function measureTrees(
  folders: readonly [string, string],
  portraits: readonly string[],
  rounds: number,
): Promise<[unknown[], unknown[]]> {
  // What both trees' stopwatches read.
  performance.now = processorMs;
  const trees = [
    await openTree(folders[0], portraits),
    await openTree(folders[1], portraits),
  ];
  const reports: [unknown[], unknown[]] = [[], []];
  for (let round = 0; round < rounds; round++) {
    // Each goes first as often as the other.
    const order = round % 2 === 0 ? [0, 1] as const : [1, 0] as const;
    for (const i of order) reports[i].push(await trees[i]!.measure());
  }
  for (const tree of trees) tree.dispose();
  return reports;
}

function processorMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

async function openTree(
  folder: string,
  portraits: readonly string[],
): Promise<Tree> {
  const root = pathToFileURL(`${await Deno.realPath(folder)}/`);
  const load = (path: string) => import(new URL(path, root).href);
  const { readSettings }: typeof import("../../lib/config.ts") = await load(
    "lib/config.ts",
  );
  const { loadStages }: typeof import("./timed_stages.ts") = await load(
    "tests/bench/timed_stages.ts",
  );
  const { benchStages }: typeof import("./stage_bench.ts") = await load(
    "tests/bench/stage_bench.ts",
  );
  const { benchNetworks }: typeof import("./network_bench.ts") = await load(
    "tests/bench/network_bench.ts",
  );
  const { makeBenchPhotos }: typeof import("./bench_photos.ts") = await load(
    "tests/bench/bench_photos.ts",
  );
  const timed = await loadStages(readSettings());
  const photos = await makeBenchPhotos(portraits);
  return {
    async measure() {
      const stages: StageBench[] = [];
      for (const photo of photos) {
        stages.push(await benchStages(timed, photo, 1));
      }
      return { photos: stages, networks: await benchNetworks(photos[0]!, 1) };
    },
    dispose: () => timed.dispose(),
  };
}

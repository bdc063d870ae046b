import { describePhotos, workerCount } from "../../lib/recognize/pool.ts";
import type { RecognizerConfig } from "../../lib/recognize/recognizer.ts";
import { stopwatch } from "./stopwatch.ts";

/** What a number of photos cost a number of workers, their start included. */
export interface PoolBench {
  readonly photos: number;
  readonly workers: number;
  readonly ms: number;
}

/**
 * Describes photos with one worker and with as many as the machine carries.
 *
 * @param paths photo files, taken again from the first until `photos` are done
 */
export async function benchPool(
  config: RecognizerConfig,
  paths: readonly string[],
  photos: number,
): Promise<PoolBench[]> {
  const work = Array.from(
    { length: photos },
    (_, i) => paths[i % paths.length]!,
  );
  const counts = [...new Set([1, workerCount()])];
  const benches: PoolBench[] = [];
  for (const workers of counts) {
    const { ms } = await stopwatch(async () => {
      for await (
        const { problem } of describePhotos(work, { config, workers })
      ) {
        if (problem !== undefined) throw problem;
      }
    });
    benches.push({ photos, workers, ms });
  }
  return benches;
}

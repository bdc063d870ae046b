import { inOrder } from "../../lib/recognize/in_order.ts";
import { createPhotoPool } from "../../lib/recognize/photo_pool.ts";
import { workerCount } from "../../lib/recognize/worker_pool.ts";
import type { RecognizerConfig } from "../../lib/recognize/recognizer.ts";
import { stopwatch } from "./stopwatch.ts";

/** What a number of photos cost a number of workers, their start included. */
export interface PoolBench {
  readonly photos: number;
  readonly workers: number;
  readonly ms: number;
}

/**
 * Finds and embeds the faces of photos with one worker and with as many as the machine carries.
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
      const pool = createPhotoPool(config, workers);
      const read = async (path: string) =>
        await pool.read(await Deno.readFile(path), path);
      for await (const { faces } of inOrder(work, pool.atOnce, read)) {
        if (faces.length === 0) throw new Error("a photo without a face");
      }
      pool.close();
    });
    benches.push({ photos, workers, ms });
  }
  return benches;
}

/**
 * Metrics of ten million pairs, and what they took:
 * `deno run --allow-all tests/evaluate/ten_million_scores.ts` prints them as JSON.
 */
import { peakMemoryMb } from "../bench/machine.ts";
import { verificationMetrics } from "../../lib/evaluate/metrics.ts";
import { gaussianSet } from "./helpers.ts";

if (import.meta.main) {
  const set = gaussianSet({ genuine: 2_000_000, impostor: 8_000_000 }, 4, 1);
  const started = performance.now();
  const { eer, genuinePairs, impostorPairs, intervals } = verificationMetrics(
    set,
    12,
  );
  const seconds = (performance.now() - started) / 1000;
  console.log(JSON.stringify({
    pairs: genuinePairs + impostorPairs,
    eer: eer.rate,
    interval: intervals.eer,
    seconds,
    peakMemoryMb: peakMemoryMb(),
  }));
}

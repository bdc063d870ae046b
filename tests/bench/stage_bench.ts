import { decodePhoto } from "../../lib/image/decode.ts";
import type { TimedStages } from "./timed_stages.ts";
import type { BenchPhoto } from "./bench_photos.ts";
import { median, stopwatch } from "./stopwatch.ts";

/** Stages of one photo, in order. */
export const stages = [
  "decode",
  "detect",
  "landmarks",
  "align",
  "embed",
] as const;

/** Median ms of each stage and of the whole, of one warm photo on one thread. */
export type StageMs = Record<(typeof stages)[number] | "whole", number>;

/** What one photo cost. */
export interface StageBench {
  readonly photo: string;
  readonly width: number;
  readonly height: number;
  readonly faces: number;
  readonly ms: StageMs;
}

/**
 * Measures a photo from file to embeddings of all its faces, after one unmeasured run.
 *
 * @param runs how often; the medians are told
 */
export async function benchStages(
  timed: TimedStages,
  photo: BenchPhoto,
  runs: number,
): Promise<StageBench> {
  const { name, width, height } = photo;
  let { faces } = await runOnce(timed, photo);
  const taken: StageMs[] = [];
  for (let run = 0; run < runs; run++) {
    const once = await runOnce(timed, photo);
    faces = once.faces;
    taken.push(once.ms);
  }
  const ms = Object.fromEntries(
    ([...stages, "whole"] as const).map((stage) => [
      stage,
      median(taken.map((each) => each[stage])),
    ]),
  ) as StageMs;
  return { photo: name, width, height, faces, ms };
}

async function runOnce(
  timed: TimedStages,
  { bytes }: BenchPhoto,
): Promise<{ faces: number; ms: StageMs }> {
  const whole = await stopwatch(async () => {
    const decode = await stopwatch(() => decodePhoto(bytes));
    const { faces, ms } = await timed.run(decode.result, "all");
    return { faces, ms: { ...ms, decode: decode.ms } };
  });
  const { faces, ms } = whole.result;
  return { faces, ms: { ...ms, whole: whole.ms } };
}

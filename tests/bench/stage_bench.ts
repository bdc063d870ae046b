import { decodePhoto } from "../../lib/image/decode.ts";
import type { Recognizer, StageTimes } from "../../lib/recognize/recognizer.ts";
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
  recognizer: Recognizer,
  photo: BenchPhoto,
  runs: number,
): Promise<StageBench> {
  const { name, width, height } = photo;
  let { faces } = await runOnce(recognizer, photo);
  const taken: StageMs[] = [];
  for (let run = 0; run < runs; run++) {
    const once = await runOnce(recognizer, photo);
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
  recognizer: Recognizer,
  { bytes }: BenchPhoto,
): Promise<{ faces: number; ms: StageMs }> {
  const times: Partial<StageTimes> = {};
  const whole = await stopwatch(async () => {
    const decode = await stopwatch(() => decodePhoto(bytes));
    const faces = await recognizer.findFaces(decode.result, times);
    await recognizer.embed(faces.map(({ chip }) => chip), times);
    return { faces: faces.length, decodeMs: decode.ms };
  });
  const { faces, decodeMs } = whole.result;
  const none = { detect: 0, landmarks: 0, align: 0, embed: 0 };
  return {
    faces,
    ms: { ...none, ...times, decode: decodeMs, whole: whole.ms },
  };
}

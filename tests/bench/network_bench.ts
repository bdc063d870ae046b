import { createMtcnnDetector } from "../../lib/detect/mtcnn_detector.ts";
import type { FaceDetector } from "../../lib/detect/face_detector.ts";
import { createSsdDetector } from "../../lib/detect/ssd_detector.ts";
import type { FaceEmbedder } from "../../lib/embed/face_embedder.ts";
import { createFaceRecognitionNet } from "../../lib/embed/face_recognition_net.ts";
import { createFaceNet } from "../../lib/embed/facenet.ts";
import { WeightsError } from "../../lib/errors.ts";
import { decodePhoto } from "../../lib/image/decode.ts";
import type { Photo } from "../../lib/image/photo.ts";
import type { BenchPhoto } from "./bench_photos.ts";
import { createUntrainedFaceNet } from "./untrained_facenet.ts";
import { median, stopwatch } from "./stopwatch.ts";

/** What one network cost on one task. */
export interface NetworkBench {
  readonly network: string;
  readonly task: string;
  /** Median, warm, one thread; null where the network's weights are not installed. */
  readonly ms: number | null;
}

/** Share of the photo's shorter side that the faster MTCNN row looks from. */
const minFaceShare = 0.1;

const detectors: readonly [string, string, () => Promise<FaceDetector>][] = [
  ["SSD", "all faces", createSsdDetector],
  ["MTCNN", "all faces from 20 px", createMtcnnDetector],
  [
    "MTCNN",
    `all faces from ${minFaceShare * 100} % of the photo`,
    () => createMtcnnDetector({ minFaceShare }),
  ],
];

const embedders: readonly [string, () => Promise<FaceEmbedder>][] = [
  ["face-api 128-d", createFaceRecognitionNet],
  ["InceptionResnetV1 512-d", trainedOrNot],
];

/** Measures the networks of both recognizers beside each other, each after one unmeasured run. */
export async function benchNetworks(
  photo: BenchPhoto,
  runs: number,
): Promise<NetworkBench[]> {
  const decoded = await decodePhoto(photo.bytes);
  const rows: NetworkBench[] = [];
  for (const [network, task, create] of detectors) {
    const detector = await unlessMissing(create);
    const ms = detector && await medianMs(runs, () => detector.detect(decoded));
    rows.push({ network, task: `${photo.name}, ${task}`, ms });
    detector?.dispose();
  }
  for (const [network, create] of embedders) {
    const embedder = await create();
    for (const count of [1, 8]) {
      const chips = Array.from({ length: count }, () => greyChip(embedder));
      const ms = await medianMs(
        runs,
        () => embedder.embed(chips, { mirror: false }),
      );
      const task = count === 1 ? "one face" : `batch of ${count}`;
      rows.push({ network, task, ms });
    }
    embedder.dispose();
  }
  return rows;
}

/** Weights do not change how long a network takes: made-up ones stand in where the file is missing. */
async function trainedOrNot(): Promise<FaceEmbedder> {
  return await unlessMissing(createFaceNet) ?? await createUntrainedFaceNet();
}

async function unlessMissing<T>(create: () => Promise<T>): Promise<T | null> {
  try {
    return await create();
  } catch (error) {
    if (error instanceof WeightsError) return null;
    throw error;
  }
}

async function medianMs(
  runs: number,
  work: () => Promise<unknown>,
): Promise<number> {
  await work();
  const ms: number[] = [];
  for (let run = 0; run < runs; run++) ms.push((await stopwatch(work)).ms);
  return median(ms);
}

function greyChip({ chipPx }: FaceEmbedder): Photo {
  const data = new Uint8Array(chipPx * chipPx * 3).fill(128);
  return { data, width: chipPx, height: chipPx };
}

import { decode, type Image } from "imagescript";
import { startBackend, tf } from "../../lib/engine/tensors/backend.ts";
import { faceApi, loadFaceApiNet } from "../oracles/face_api.ts";
import type { BenchPhoto } from "./bench_photos.ts";
import { decodePhoto } from "../../lib/image/decode.ts";
import {
  createRecognizer,
  type Recognizer,
  type RecognizerConfig,
} from "../../lib/recognize/recognizer.ts";
import { median, stopwatch } from "./stopwatch.ts";

/** The same task by this project and on the plain path, in turns. */
export interface PlainBench {
  readonly photo: string;
  readonly task: string;
  /** Median, warm, one thread. */
  readonly ms: number;
  /** Median, warm, one thread. */
  readonly plainMs: number;
  /** Median of the turns' ms / plainMs, which is steadier than the quotient of the medians. */
  readonly ratio: number;
}

type Work = (photo: BenchPhoto) => Promise<unknown>;

/**
 * Measures against what this project does not do: imagescript decodes, a tensor drops the alpha
 * channel, and face-api's own calls detect, place landmarks and embed.
 *
 * @param photos the first with every task, the others with one
 * @param turns how often both do each task
 */
export async function benchPlain(
  config: RecognizerConfig,
  photos: readonly BenchPhoto[],
  turns: number,
): Promise<PlainBench[]> {
  const asSet = await createRecognizer(config);
  const unmirrored = await createRecognizer({ ...config, mirror: false });
  const unload = await loadPlain();
  const tasks: readonly [string, Work, Work][] = [
    [
      "all faces",
      (photo) => describe(unmirrored, photo, "all"),
      describeAllPlainly,
    ],
    [
      "one face",
      (photo) => describe(unmirrored, photo, "largest"),
      describeOnePlainly,
    ],
    [
      `one face, mirror ${config.mirror ? "on" : "off"} as set`,
      (photo) => describe(asSet, photo, "largest"),
      describeOnePlainly,
    ],
  ];
  const benches: PlainBench[] = [];
  // The first run of each network is not measured.
  for (const work of [describeAllPlainly, ...tasks.map(([, own]) => own)]) {
    await work(photos[0]!);
  }
  for (const photo of photos) {
    // The first photo is the reference; what a larger one adds is its decoding, which one task shows.
    const shown = photo === photos[0] ? tasks : tasks.slice(-1);
    for (const [task, own, plain] of shown) {
      const taken = await takeTurns(photo, own, plain, turns);
      benches.push({ photo: photo.name, task, ...taken });
    }
  }
  unload();
  asSet.dispose();
  unmirrored.dispose();
  return benches;
}

async function takeTurns(
  photo: BenchPhoto,
  own: Work,
  plain: Work,
  turns: number,
): Promise<Pick<PlainBench, "ms" | "plainMs" | "ratio">> {
  const ms: number[] = [];
  const plainMs: number[] = [];
  for (let turn = 0; turn < turns; turn++) {
    ms.push((await stopwatch(() => own(photo))).ms);
    plainMs.push((await stopwatch(() => plain(photo))).ms);
  }
  return {
    ms: median(ms),
    plainMs: median(plainMs),
    ratio: median(ms.map((each, turn) => each / plainMs[turn]!)),
  };
}

/** From file to embeddings; finds and aligns all faces in any case. */
async function describe(
  recognizer: Recognizer,
  { bytes }: BenchPhoto,
  embed: "all" | "largest",
): Promise<void> {
  const faces = await recognizer.findFaces(await decodePhoto(bytes));
  const chips = faces.map(({ chip }) => chip);
  await recognizer.embed(embed === "all" ? chips : chips.slice(0, 1));
}

/** Loads face-api's networks. @returns what frees them */
export async function loadPlain(): Promise<() => void> {
  await startBackend();
  const { nets } = faceApi;
  await loadFaceApiNet(
    nets.ssdMobilenetv1,
    "ssd_mobilenetv1_model",
  );
  await loadFaceApiNet(
    nets.faceLandmark68Net,
    "face_landmark_68_model",
  );
  await loadFaceApiNet(
    nets.faceRecognitionNet,
    "face_recognition_model",
  );
  return () => {
    nets.ssdMobilenetv1.dispose();
    nets.faceLandmark68Net.dispose();
    nets.faceRecognitionNet.dispose();
  };
}

async function describeAllPlainly(photo: BenchPhoto): Promise<void> {
  const rgb = await decodePlainly(photo);
  await faceApi.detectAllFaces(rgb).withFaceLandmarks().withFaceDescriptors();
  rgb.dispose();
}

/** One photo and its surest face on the plain path. */
export async function describeOnePlainly(photo: BenchPhoto): Promise<void> {
  const rgb = await decodePlainly(photo);
  await faceApi.detectSingleFace(rgb).withFaceLandmarks().withFaceDescriptor();
  rgb.dispose();
}

async function decodePlainly({ bytes }: BenchPhoto): Promise<tf.Tensor3D> {
  const { bitmap, width, height } = await decode(bytes) as Image;
  const rgba = new Uint8Array(bitmap.buffer, bitmap.byteOffset, bitmap.length);
  return tf.tidy(() =>
    tf.slice(tf.tensor3d(rgba, [height, width, 4], "int32"), [0, 0, 0], [
      -1,
      -1,
      3,
    ])
  );
}

import { decode, type Image } from "imagescript";
import { startBackend, tf } from "../tensor/backend.ts";
import { faceApi, loadFaceApiNet } from "../tensor/face_api.ts";
import { readModelFile } from "../weights/read_model_file.ts";
import type { BenchPhoto } from "./bench_photos.ts";
import { median, stopwatch } from "./stopwatch.ts";

/** A photo from file to the embeddings of all its faces on the plain path. */
export interface PlainBench {
  readonly photo: string;
  readonly faces: number;
  /** Median, warm, one thread. */
  readonly ms: number;
}

/**
 * Measures what this project does not do: imagescript decodes, a tensor drops the alpha channel,
 * and face-api's own calls detect, place landmarks and embed, without mirror images.
 */
export async function benchPlain(
  photos: readonly BenchPhoto[],
  runs: number,
): Promise<PlainBench[]> {
  await startBackend();
  const { nets } = faceApi;
  await loadFaceApiNet(
    nets.ssdMobilenetv1,
    "ssd_mobilenetv1_model",
    readModelFile,
  );
  await loadFaceApiNet(
    nets.faceLandmark68Net,
    "face_landmark_68_model",
    readModelFile,
  );
  await loadFaceApiNet(
    nets.faceRecognitionNet,
    "face_recognition_model",
    readModelFile,
  );
  const benches: PlainBench[] = [];
  for (const photo of photos) {
    let faces = await describePlainly(photo);
    const taken: number[] = [];
    for (let run = 0; run < runs; run++) {
      const once = await stopwatch(() => describePlainly(photo));
      faces = once.result;
      taken.push(once.ms);
    }
    benches.push({ photo: photo.name, faces, ms: median(taken) });
  }
  for (
    const net of [
      nets.ssdMobilenetv1,
      nets.faceLandmark68Net,
      nets.faceRecognitionNet,
    ]
  ) net.dispose();
  return benches;
}

/** How many faces it found. */
async function describePlainly({ bytes }: BenchPhoto): Promise<number> {
  const { bitmap, width, height } = await decode(bytes) as Image;
  const rgba = new Uint8Array(bitmap.buffer, bitmap.byteOffset, bitmap.length);
  const rgb = tf.tidy(() =>
    tf.slice(tf.tensor3d(rgba, [height, width, 4], "int32"), [0, 0, 0], [
      -1,
      -1,
      3,
    ])
  );
  try {
    const found = await faceApi.detectAllFaces(rgb).withFaceLandmarks()
      .withFaceDescriptors();
    return found.length;
  } finally {
    rgb.dispose();
  }
}

import { resize } from "../../lib/image/resize.ts";
import type { Photo } from "../../lib/image/photo.ts";
import { tf } from "../../lib/engine/tensors/backend.ts";
import {
  type Detection,
  type FaceDetector,
  largestFirst,
} from "../../lib/detect/face_detector.ts";
import { faceApi, loadFaceApiNet, type TinyNet } from "./face_api.ts";

/** Side of the network's square input, px. */
const inputPx = 416;
/** Lowest score of a face; face-api's own default. */
const minScore = 0.5;

/** face-api's small YOLO v2 run by face-api itself: what `createTinyDetector` is tested against. */
export async function createPlainTinyDetector(): Promise<FaceDetector> {
  const net = await loadFaceApiNet(
    new faceApi.TinyFaceDetector(),
    "tiny_face_detector_model",
  );
  return {
    id: "tiny-plain",
    detect: (photo) => detectWithTiny(net, photo),
    dispose: () => net.dispose(),
  };
}

async function detectWithTiny(
  net: TinyNet,
  photo: Photo,
): Promise<Detection[]> {
  const scale = inputPx / Math.max(photo.width, photo.height);
  const width = Math.max(1, Math.round(photo.width * scale));
  const height = Math.max(1, Math.round(photo.height * scale));
  const { data } = resize(photo, width, height);
  const input = tf.tensor3d(data, [height, width, 3], "int32");
  try {
    const found = await net.locateFaces(input, {
      inputSize: inputPx,
      scoreThreshold: minScore,
    });
    return largestFirst(found.map(({ box, score }) => ({
      box: {
        x: box.x / scale,
        y: box.y / scale,
        width: box.width / scale,
        height: box.height / scale,
      },
      score,
    })));
  } finally {
    input.dispose();
  }
}

import { resize } from "../../lib/image/resize.ts";
import type { Photo } from "../../lib/image/photo.ts";
import { faceApi, loadFaceApiNet, type SsdNet } from "./face_api.ts";
import { tf } from "../../lib/engine/tensors/backend.ts";
import {
  type Detection,
  type FaceDetector,
  largestFirst,
} from "../../lib/detect/face_detector.ts";

/** Side of the network's square input, px. */
const inputPx = 512;
/** Boxes that overlap more than this count as one face; face-api's own value. */
const maxOverlap = 0.5;
/** Lowest score of a face; face-api's own default. */
const minScore = 0.5;
const maxFaces = 100;

/** SSD MobileNet V1 run by face-api itself, unfolded: what `createSsdDetector` is tested and measured against. */
export async function createPlainSsdDetector(): Promise<FaceDetector> {
  const net = await loadFaceApiNet(
    new faceApi.SsdMobilenetv1(),
    "ssd_mobilenetv1_model",
  );
  return {
    id: "ssd-plain",
    detect: (photo) => detectWithSsd(net, photo),
    dispose: () => net.dispose(),
  };
}

async function detectWithSsd(net: SsdNet, photo: Photo): Promise<Detection[]> {
  const scale = inputPx / Math.max(photo.width, photo.height);
  const input = tf.tidy(() => padToSquare(photo, scale));
  const { boxes, scores } = net.forwardInput({ toBatchTensor: () => input });
  try {
    const kept = await tf.image.nonMaxSuppressionAsync(
      boxes[0]!,
      scores[0]!,
      maxFaces,
      maxOverlap,
      minScore,
    );
    const [indices, corners, values] = await Promise.all([
      kept.data(),
      boxes[0]!.data(),
      scores[0]!.data(),
    ]);
    kept.dispose();
    return largestFirst(
      Array.from(indices, (index) => {
        const [top, left, bottom, right] = Array.from(
          corners.subarray(index * 4, index * 4 + 4),
          (value) => Math.min(1, Math.max(0, value)) * inputPx / scale,
        ) as [number, number, number, number];
        const box = cutToPhoto(photo, left, top, right, bottom);
        return { box, score: values[index]! };
      }),
    );
  } finally {
    tf.dispose([input, boxes, scores]);
  }
}

function cutToPhoto(
  photo: Photo,
  left: number,
  top: number,
  right: number,
  bottom: number,
) {
  return {
    x: left,
    y: top,
    width: Math.min(right, photo.width) - left,
    height: Math.min(bottom, photo.height) - top,
  };
}

/** [1, 512, 512, 3]: the photo in the top left corner, black elsewhere, as face-api pads it. */
function padToSquare(photo: Photo, scale: number) {
  const width = Math.max(1, Math.round(photo.width * scale));
  const height = Math.max(1, Math.round(photo.height * scale));
  const small = resize(photo, width, height);
  const pixels = new Float32Array(inputPx * inputPx * 3);
  for (let y = 0; y < height; y++) {
    pixels.set(
      small.data.subarray(y * width * 3, (y + 1) * width * 3),
      y * inputPx * 3,
    );
  }
  return tf.tensor4d(pixels, [1, inputPx, inputPx, 3]);
}

import type { Photo } from "../../lib/image/photo.ts";
import { tf } from "../../lib/engine/tensors/backend.ts";
import {
  faceApi,
  loadFaceApiNet,
  type RecognitionNet,
} from "../../lib/engine/tensors/face_api.ts";
import { readModelFile } from "../../lib/engine/weights/read_model_file.ts";
import { chipTensor } from "../../lib/embed/chip_tensor.ts";
import type { FaceEmbedder } from "../../lib/embed/face_embedder.ts";

const chipPx = 150;
const dimensions = 128;
/** Chips per run of the network; bounds memory (about 12 MB of activations a chip). */
const maxBatch = 8;

/** FaceRecognitionNet run by face-api itself, unfolded: what `createFaceRecognitionNet` is tested and measured against. */
export async function createPlainFaceRecognitionNet(): Promise<FaceEmbedder> {
  const net = await loadFaceApiNet(
    new faceApi.FaceRecognitionNet(),
    "face_recognition_model",
    readModelFile,
  );
  return {
    id: "faceapi-128",
    dimensions,
    chipPx,
    defaultThreshold: 0.5,
    embed: (chips, { mirror }) => embed(net, chips, mirror),
    dispose: () => net.dispose(),
  };
}

async function embed(
  net: RecognitionNet,
  chips: readonly Photo[],
  mirror: boolean,
): Promise<Float32Array[]> {
  const vectors: Float32Array[] = [];
  for (let first = 0; first < chips.length; first += maxBatch) {
    const batch = chips.slice(first, first + maxBatch);
    const output = tf.tidy(() => {
      const input = chipTensor(batch, chipPx);
      const run = (x: tf.Tensor4D) =>
        net.forwardInput({ toBatchTensor: () => x });
      return mirror
        ? tf.div(tf.add(run(input), run(tf.reverse(input, 2))), 2)
        : run(input);
    });
    const values = await output.data() as Float32Array;
    output.dispose();
    batch.forEach((_, i) =>
      vectors.push(values.slice(i * dimensions, (i + 1) * dimensions))
    );
  }
  return vectors;
}

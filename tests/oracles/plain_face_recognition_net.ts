import { tf } from "../../lib/engine/tensors/backend.ts";
import { faceApi, loadFaceApiNet } from "./face_api.ts";
import { runBatches } from "../../lib/engine/tensors/run_batches.ts";
import type { FaceEmbedder } from "../../lib/embed/face_embedder.ts";

const chipPx = 150;

/** FaceRecognitionNet run by face-api itself, unfolded: what `createFaceRecognitionNet` is tested and measured against. */
export async function createPlainFaceRecognitionNet(): Promise<FaceEmbedder> {
  const net = await loadFaceApiNet(
    new faceApi.FaceRecognitionNet(),
    "face_recognition_model",
  );
  const run = (x: tf.Tensor4D) => net.forwardInput({ toBatchTensor: () => x });
  return {
    id: "faceapi-128",
    dimensions: 128,
    chipPx,
    defaultThreshold: 0.5,
    embed: (chips, { mirror }) =>
      runBatches(
        chips,
        chipPx,
        (pixels) =>
          mirror
            ? tf.div(tf.add(run(pixels), run(tf.reverse(pixels, 2))), 2)
            : run(pixels),
      ),
    dispose: () => net.dispose(),
  };
}

import type { Photo } from "../image/photo.ts";
import { tf } from "../engine/tensors/backend.ts";
import { openModelWeights } from "../engine/tensors/model_weights.ts";
import { readModelFile } from "../engine/weights/read_model_file.ts";
import { chipTensor } from "./chip_tensor.ts";
import type { FaceEmbedder } from "./face_embedder.ts";
import {
  buildFaceRecognitionGraph,
  type FaceRecognitionGraph,
  runFaceRecognitionGraph,
} from "./face_recognition_graph.ts";

const chipPx = 150;
const dimensions = 128;
/** Chips per run of the network; bounds memory (about 2 MB of activations a chip). */
const maxBatch = 8;

/**
 * face-api's FaceRecognitionNet: dlib's ResNet-34 variant, 150 px chips to 128 numbers that are
 * not of unit length (norm about 1.5). dlib publishes a threshold of 0.6; the proof of concept's
 * stricter 0.5 is the default.
 */
export async function createFaceRecognitionNet(): Promise<FaceEmbedder> {
  const weights = await openModelWeights(
    "face_recognition_model",
    readModelFile,
  );
  const graph = buildFaceRecognitionGraph(weights);
  return {
    id: "faceapi-128",
    dimensions,
    chipPx,
    defaultThreshold: 0.5,
    embed: (chips, { mirror }) => embed(graph, chips, mirror),
    dispose: () => tf.dispose(graph),
  };
}

async function embed(
  graph: FaceRecognitionGraph,
  chips: readonly Photo[],
  mirror: boolean,
): Promise<Float32Array[]> {
  const vectors: Float32Array[] = [];
  for (let first = 0; first < chips.length; first += maxBatch) {
    const batch = chips.slice(first, first + maxBatch);
    const output = tf.tidy(() => {
      const input = chipTensor(batch, chipPx);
      const run = (x: tf.Tensor4D) => runFaceRecognitionGraph(graph, x);
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

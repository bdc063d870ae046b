import { startBackend, tf } from "../engine/tensors/backend.ts";
import { openModel } from "../engine/weights/model_files.ts";
import type { TorchFile } from "../engine/weights/torch_file.ts";
import { runBatches } from "../engine/tensors/run_batches.ts";
import type { FaceEmbedder } from "./face_embedder.ts";
import {
  buildInceptionResnetV1,
  unitLength,
} from "./inception_resnet_v1/network.ts";

const chipPx = 160;

/** The proof of concept's weights: trained on VGGFace2, LFW 0.9965 as published. */
const weightsFile = "20180402-114759-vggface2.pt";

/**
 * FaceNet as the proof of concept had it: InceptionResnetV1, 160 px chips to 512 numbers of unit
 * length. The threshold is the lower of the published 1.04 to 1.18 for the Euclidean distance of its
 * embeddings; the proof of concept's 0.5 asks for a cosine similarity of 0.875, which only very
 * similar photos of a person reach.
 *
 * @param openWeights other weights of the same network
 * @throws WeightsError when its file is missing or damaged.
 */
export async function createFaceNet(
  openWeights: () => Promise<TorchFile> = () => openModel(weightsFile),
): Promise<FaceEmbedder> {
  await startBackend();
  const file = await openWeights();
  let net: ReturnType<typeof buildInceptionResnetV1>;
  try {
    net = buildInceptionResnetV1((name) => ({
      shape: file.shapes.get(name) ?? [],
      data: file.read(name),
    }));
  } finally {
    file.close();
  }
  return {
    id: "facenet-512",
    dimensions: 512,
    chipPx,
    defaultThreshold: 1.04,
    embed: (chips, { mirror }) =>
      runBatches(chips, chipPx, (pixels) => {
        // As the network was trained to see them (fixed_image_standardization in facenet-pytorch).
        const input: tf.Tensor4D = tf.div(tf.sub(pixels, 127.5), 128);
        const plain = net.run(input);
        if (!mirror) return plain;
        return unitLength(tf.add(plain, net.run(tf.reverse(input, 2))));
      }),
    dispose: () => net.dispose(),
  };
}

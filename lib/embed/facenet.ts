import type { Photo } from "../image/photo.ts";
import { startBackend, tf } from "../engine/tensors/backend.ts";
import { openModel } from "../engine/weights/open_model.ts";
import type { FaceEmbedder } from "./face_embedder.ts";
import { chipTensor } from "./chip_tensor.ts";
import {
  buildInceptionResnetV1,
  type InceptionResnetV1,
  unitLength,
} from "./inception_resnet_v1/network.ts";
import { inceptionResnetV1Shapes } from "./inception_resnet_v1/shapes.ts";

const chipPx = 160;
const dimensions = 512;
/** Chips per run of the network; bounds memory (about 20 MB of activations a chip). */
const maxBatch = 8;

/** The proof of concept's weights: trained on VGGFace2, LFW 0.9965 as published. */
export const faceNetFile = "20180402-114759-vggface2.pt";

/**
 * FaceNet as the proof of concept had it: InceptionResnetV1, 160 px chips to 512 numbers of unit
 * length. The threshold is the lower of the published 1.04 to 1.18 for the Euclidean distance of its
 * embeddings; the proof of concept's 0.5 asks for a cosine similarity of 0.875, which only very
 * similar photos of a person reach.
 *
 * @throws WeightsError when its file is missing or damaged.
 */
export async function createFaceNet(): Promise<FaceEmbedder> {
  await startBackend();
  const file = await openModel(faceNetFile);
  try {
    return faceNetEmbedder(
      buildInceptionResnetV1((name) => ({
        shape: file.shapes.get(name) ?? [],
        data: file.read(name),
      })),
    );
  } finally {
    file.close();
  }
}

/** The embedder around a network that is already built. */
export function faceNetEmbedder(net: InceptionResnetV1): FaceEmbedder {
  return {
    id: "facenet-512",
    dimensions,
    chipPx,
    defaultThreshold: 1.04,
    embed: (chips, { mirror }) => embed(net, chips, mirror),
    dispose: () => net.dispose(),
  };
}

async function embed(
  net: InceptionResnetV1,
  chips: readonly Photo[],
  mirror: boolean,
): Promise<Float32Array[]> {
  const vectors: Float32Array[] = [];
  for (let first = 0; first < chips.length; first += maxBatch) {
    const batch = chips.slice(first, first + maxBatch);
    const output = tf.tidy(() => {
      const input = standardise(chipTensor(batch, chipPx));
      const plain = net.run(input);
      if (!mirror) return plain;
      return unitLength(tf.add(plain, net.run(tf.reverse(input, 2))));
    });
    const values = await output.data() as Float32Array;
    output.dispose();
    batch.forEach((_, i) =>
      vectors.push(values.slice(i * dimensions, (i + 1) * dimensions))
    );
  }
  return vectors;
}

/** 0..255 as the network was trained to see it (fixed_image_standardization in facenet-pytorch). */
function standardise(pixels: tf.Tensor4D): tf.Tensor4D {
  return tf.div(tf.sub(pixels, 127.5), 128);
}

/**
 * The same network with made-up weights: as fast and as large as the real one, and no use for
 * recognizing. For measuring where the weights are not installed.
 */
export async function createUntrainedFaceNet(): Promise<FaceEmbedder> {
  await startBackend();
  const shapes = inceptionResnetV1Shapes();
  return faceNetEmbedder(
    buildInceptionResnetV1((name) => {
      const shape = shapes.get(name)!;
      const [, ...fanIn] = shape;
      const inputs = fanIn.reduce((product, size) => product * size, 1);
      const length = inputs * shape[0]!;
      const isShift = name.endsWith("bias") || name.endsWith("running_mean");
      return {
        shape,
        data: new Float32Array(length).fill(isShift ? 0 : 1 / inputs),
      };
    }),
  );
}

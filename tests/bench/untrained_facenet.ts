import type { FaceEmbedder } from "../../lib/embed/face_embedder.ts";
import { faceNetEmbedder } from "../../lib/embed/facenet.ts";
import { buildInceptionResnetV1 } from "../../lib/embed/inception_resnet_v1/network.ts";
import { startBackend } from "../../lib/engine/tensors/backend.ts";
import { inceptionResnetV1Shapes } from "../oracles/inception_resnet_v1_shapes.ts";

/**
 * FaceNet with made-up weights: as fast and as large as the real one, and no use for recognizing.
 * For measuring where the weights are not installed.
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

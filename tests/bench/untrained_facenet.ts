import type { FaceEmbedder } from "../../lib/embed/face_embedder.ts";
import { createFaceNet } from "../../lib/embed/facenet.ts";
import { inceptionResnetV1Shapes } from "../oracles/inception_resnet_v1_shapes.ts";

/**
 * FaceNet with made-up weights: as fast and as large as the real one, and no use for recognizing.
 * For measuring where the weights are not installed.
 */
export async function createUntrainedFaceNet(): Promise<FaceEmbedder> {
  const shapes = inceptionResnetV1Shapes();
  const read = (name: string) => {
    const [outputs, ...fanIn] = shapes.get(name)!;
    const inputs = fanIn.reduce((product, size) => product * size, 1);
    const isShift = name.endsWith("bias") || name.endsWith("running_mean");
    return new Float32Array(inputs * outputs!).fill(isShift ? 0 : 1 / inputs);
  };
  return await createFaceNet(() =>
    Promise.resolve({ shapes, read, close: () => {} })
  );
}

import { startBackend, tf } from "./backend.ts";

/** Reads one model file, checked (lib/weights). */
export type ReadModelFile = (name: string) => Promise<Uint8Array<ArrayBuffer>>;

/**
 * Reads a network's weights as face-api ships them: a list of tensors and a file of quantised
 * numbers. Starts the backend. The caller owns the tensors.
 *
 * @param model for example "ssd_mobilenetv1_model"
 */
export async function readModelWeights(
  model: string,
  readModelFile: ReadModelFile,
): Promise<tf.NamedTensorMap> {
  const [list, numbers] = await Promise.all([
    readModelFile(`${model}-weights_manifest.json`),
    readModelFile(`${model}.bin`),
    startBackend(),
  ]);
  const groups: tf.io.WeightsManifestConfig = JSON.parse(
    new TextDecoder().decode(list),
  );
  return tf.io.decodeWeights(
    numbers.buffer,
    groups.flatMap(({ weights }) => weights),
  );
}

/** Looks a tensor up by name; the file's checksum has already been checked, so it is there. */
export function weightOf<T extends tf.Tensor>(
  weights: tf.NamedTensorMap,
  name: string,
): T {
  const tensor = weights[name];
  if (tensor === undefined) {
    throw new RangeError(`the model file has no tensor ${name}`);
  }
  return tensor as T;
}

/**
 * Builds a network's own tensors from the file's and frees the file's.
 *
 * @param build what it returns is kept, every other tensor it made is freed
 */
export function buildFrom<T extends tf.TensorContainer>(
  weights: tf.NamedTensorMap,
  build: (weights: tf.NamedTensorMap) => T,
): T {
  try {
    return tf.tidy(() => build(weights));
  } finally {
    tf.dispose(weights);
  }
}

import { readModelFile } from "../weights/model_files.ts";
import { startBackend, type tf } from "./backend.ts";

/** Numbers of any number of dimensions. */
export interface Numbers {
  readonly shape: readonly number[];
  /** In C order; unpacked anew each time it is asked for. */
  readonly data: Float32Array;
  /** The same as bytes, each to be multiplied by `scale` and added to `min`, where they are kept so. */
  readonly quantized?: {
    readonly bytes: Uint8Array;
    readonly scale: number;
    readonly min: number;
  };
}

/** A network's weights as their file has them; each tensor is unpacked when it is asked for. */
export interface ModelWeights {
  /** @throws RangeError when the file, whose checksum is right, has no such tensor */
  numbers(name: string): Numbers;
}

/**
 * Reads a network's weights as face-api ships them, without making tensors of them all: a graph
 * that folds and packs them would throw those away. Starts the backend.
 *
 * @param model for example "ssd_mobilenetv1_model"
 * @throws WeightsError when a model file is missing or changed.
 */
export async function openModelWeights(model: string): Promise<ModelWeights> {
  const [list, bytes] = await Promise.all([
    readModelFile(`${model}-weights_manifest.json`),
    readModelFile(`${model}.bin`),
    startBackend(),
  ]);
  const groups: tf.io.WeightsManifestConfig = JSON.parse(
    new TextDecoder().decode(list),
  );
  const places = new Map<
    string,
    { entry: tf.io.WeightsManifestEntry; at: number }
  >();
  let at = 0;
  for (const entry of groups.flatMap(({ weights }) => weights)) {
    places.set(entry.name, { entry, at });
    at += sizeOf(entry.shape) * (entry.quantization === undefined ? 4 : 1);
  }
  return {
    numbers(name) {
      const found = places.get(name);
      if (found === undefined) {
        throw new RangeError(`the model file has no tensor ${name}`);
      }
      const { entry: { shape, quantization }, at } = found;
      const length = sizeOf(shape);
      if (quantization === undefined) {
        const piece = bytes.slice(at, at + length * 4);
        return { shape, data: new Float32Array(piece.buffer) };
      }
      const { scale = 1, min = 0 } = quantization;
      const quantized = { bytes: bytes.subarray(at, at + length), scale, min };
      return {
        shape,
        quantized,
        get data() {
          return Float32Array.from(quantized.bytes, (q) => q * scale + min);
        },
      };
    },
  };
}

/** How many numbers a shape holds. */
function sizeOf(shape: readonly number[]): number {
  return shape.reduce((product, size) => product * size, 1);
}

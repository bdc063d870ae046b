import { type GraphModel, loadGraphModel } from "@tensorflow/tfjs-converter";
import { startBackend, tf } from "./backend.ts";
import { readModelFile } from "../weights/model_files.ts";

export type { GraphModel };

/** What a TensorFlow.js graph model's .json file holds, as far as it is read here. */
interface GraphFile {
  readonly modelTopology: NonNullable<tf.io.ModelArtifacts["modelTopology"]>;
  readonly weightsManifest: tf.io.WeightsManifestConfig;
}

/**
 * Loads a TensorFlow.js graph model of two files, `NAME.json` and `NAME.bin`. Starts the backend.
 * The caller disposes the model.
 *
 * @throws WeightsError when a file is missing or changed.
 */
export async function loadGraph(name: string): Promise<GraphModel> {
  const [graph, numbers] = await Promise.all([
    readModelFile(`${name}.json`),
    readModelFile(`${name}.bin`),
    startBackend(),
  ]);
  const { modelTopology, weightsManifest }: GraphFile = JSON.parse(
    new TextDecoder().decode(graph),
  );
  return await loadGraphModel(tf.io.fromMemory({
    modelTopology,
    weightSpecs: weightsManifest.flatMap(({ weights }) => weights),
    weightData: numbers.buffer,
  }));
}

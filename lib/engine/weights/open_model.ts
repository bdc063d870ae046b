import { checkModelFile } from "./check_model_file.ts";
import { modelFile } from "./manifest.ts";
import { modelPath } from "./read_model_file.ts";
import { openTorchFile, type TorchFile } from "./torch/torch_file.ts";

/**
 * Opens a `.pt` file of the manifest after checking its size and SHA-256.
 *
 * @throws WeightsError when it is missing, or one byte of it differs.
 */
export async function openModel(name: string): Promise<TorchFile> {
  const path = modelPath(name);
  await checkModelFile(modelFile(name), path);
  return openTorchFile(path);
}

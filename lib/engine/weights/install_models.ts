import { dirname, join } from "node:path";
import { WeightsError } from "../../errors.ts";
import {
  type ByteProgress,
  downloadModel,
  putInPlace,
  writing,
} from "./download.ts";
import {
  checkModelFile,
  type ModelFile,
  modelFiles,
  modelPath,
} from "./model_files.ts";

/** How files are installed. */
interface InstallOptions {
  /** Folder that has the files already; nothing is downloaded then. */
  readonly from?: string;
  /** Where a file goes; its place in this project unless given. */
  readonly place?: (name: string) => string;
  readonly onProgress?: ByteProgress;
}

/** The files that are fetched when they are wanted: FaceNet's. */
export const faceNetFiles: readonly ModelFile[] = modelFiles.filter(
  ({ url }) => url !== undefined,
);

/**
 * Puts a model file in its place, unless the right one is there already.
 *
 * @throws WeightsError when it cannot be had or is not the one the manifest names; WriteError when
 * its place refuses to be written.
 */
export async function installModel(
  file: ModelFile,
  { from, place = modelPath, onProgress }: InstallOptions = {},
): Promise<"present" | "copied" | "downloaded"> {
  const path = place(file.name);
  if (await isRight(file, path)) return "present";
  const folder = dirname(path);
  await writing(folder, () => Deno.mkdir(folder, { recursive: true }));
  if (from === undefined) {
    await downloadModel(file, path, onProgress);
    return "downloaded";
  }
  await copyModel(file, join(from, file.name), path);
  return "copied";
}

async function isRight(file: ModelFile, path: string): Promise<boolean> {
  try {
    await checkModelFile(file, path);
    return true;
  } catch (error) {
    if (error instanceof WeightsError) return false;
    throw error;
  }
}

async function copyModel(
  file: ModelFile,
  source: string,
  path: string,
): Promise<void> {
  await checkModelFile(file, source);
  const part = `${path}.part`;
  await writing(part, async () => {
    await Deno.copyFile(source, part);
    // The copy of a read-only file must give way to a later one.
    if (Deno.build.os !== "windows") await Deno.chmod(part, 0o644);
  });
  await putInPlace(file, part, path);
}

import { dirname, join } from "node:path";
import { WeightsError } from "../../errors.ts";
import {
  type ByteProgress,
  cannotWrite,
  downloadModel,
  putInPlace,
} from "./download.ts";
import {
  checkModelFile,
  type ModelFile,
  modelFiles,
  modelPath,
} from "./model_files.ts";

/** Where a file came from. */
type Installed = "present" | "copied" | "downloaded";

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
): Promise<Installed> {
  const path = place(file.name);
  if (await isRight(file, path)) return "present";
  try {
    await Deno.mkdir(dirname(path), { recursive: true });
  } catch (cause) {
    throw cannotWrite(dirname(path), cause);
  }
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
  try {
    await Deno.copyFile(source, part);
    // The copy of a read-only file must give way to a later one.
    if (Deno.build.os !== "windows") await Deno.chmod(part, 0o644);
  } catch (cause) {
    throw cannotWrite(part, cause);
  }
  await putInPlace(file, part, path);
}

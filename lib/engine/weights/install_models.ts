import { dirname, join } from "node:path";
import { WeightsError } from "../../errors.ts";
import { checkModelFile } from "./check_model_file.ts";
import {
  type ByteProgress,
  cannotWrite,
  downloadModel,
  putInPlace,
} from "./download.ts";
import { type ModelFile, modelFiles } from "./manifest.ts";
import { modelPath } from "./read_model_file.ts";

/** Where a file came from. */
export type Installed = "present" | "copied" | "downloaded";

/** How files are installed. */
export interface InstallOptions {
  /** Folder that has the files already; nothing is downloaded then. */
  readonly from?: string;
  /** Where a file goes; its place in this project unless given. */
  readonly place?: (name: string) => string;
  readonly onProgress?: ByteProgress;
}

/** The files of FaceNet: MTCNN's three and the large one. */
export const faceNetFiles: readonly ModelFile[] = modelFiles.filter((
  { location },
) => location === "models/facenet");

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

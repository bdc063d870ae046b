import { fileURLToPath } from "node:url";
import {
  faceNetFiles,
  installModel,
} from "../lib/engine/weights/install_models.ts";
import { modelPath } from "../lib/engine/weights/read_model_file.ts";
import { existsSync } from "node:fs";
import { sharedPath } from "./shared_files.ts";

/**
 * Whether MTCNN's weights are in models/facenet; where ../shared has them they are put there, as
 * `deno task models facenet --from ../shared/models/facenet` would.
 */
export async function mtcnnInstalled(): Promise<boolean> {
  const files = faceNetFiles.filter(({ name }) => name.endsWith("net.pt"));
  const from = sharedPath("models/facenet");
  if (from !== null) {
    for (const file of files) await installModel(file, { from });
  }
  return files.every(({ name }) => existsSync(modelPath(name)));
}

/** A photo inside @vladmandic/face-api's package, or of this project's tests. */
export function demoPhoto(file: string): string {
  return fileURLToPath(
    new URL(
      `../node_modules/@vladmandic/face-api/demo/${file}`,
      import.meta.url,
    ),
  );
}

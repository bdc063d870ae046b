/** `deno task models facenet [--from FOLDER]`: fetches FaceNet's weights. */
import "./named_reads.ts";
import { WeightsError } from "../errors.ts";
import {
  faceNetFiles,
  installModel,
} from "../engine/weights/install_models.ts";
import type { ModelFile } from "../engine/weights/model_files.ts";
import { progressBar } from "./progress.ts";
import { answer, note, runTask, taskCommand } from "./run_task.ts";

const models = taskCommand(
  "models",
  "Fetches the proof of concept's own network, FaceNet, into models/facenet.",
  "facenet --from ~/downloads",
);
models.command("facenet")
  .description("FaceNet's weights, 112 MB")
  .option("--from <folder>", "copy them from a folder instead")
  .action(async ({ from }) => {
    await fetchAll(from);
    answer({ result: faceNetFiles, lines: [] });
  });

if (import.meta.main) await runTask(models);

async function fetchAll(from: string | undefined): Promise<void> {
  const missing: WeightsError[] = [];
  for (const file of faceNetFiles) {
    try {
      note(await install(file, from));
    } catch (error) {
      if (!(error instanceof WeightsError)) throw error;
      console.error(`  ${file.name}: ${error.message}`);
      missing.push(error);
    }
  }
  if (missing.length === 0) return;
  throw new WeightsError(
    `${missing.length} of ${faceNetFiles.length} files are missing; those that came are in ` +
      "models/facenet and need not be fetched again.",
  );
}

async function install(file: ModelFile, from?: string): Promise<string> {
  const bar = progressBar(`${file.name}, kB`);
  const kB = (bytes: number) => Math.ceil(bytes / 1000);
  let shown = 0;
  const how = await installModel(file, {
    from,
    onProgress: (bytes, total) => {
      if (kB(bytes) === shown) return;
      shown = kB(bytes);
      bar(shown, kB(total));
    },
  });
  return `  ${file.name}  ${file.bytes} bytes, ${how}, SHA-256 as in models/manifest.json`;
}

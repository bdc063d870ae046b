/** `deno task models facenet [--from FOLDER]`: fetches FaceNet's and MTCNN's weights. */
import { parseArgs } from "node:util";
import { UsageError, WeightsError } from "../errors.ts";
import {
  faceNetFiles,
  installModel,
} from "../engine/weights/install_models.ts";
import type { ModelFile } from "../engine/weights/manifest.ts";
import { progressBar } from "./progress.ts";
import { parsedOrUsage, runTask } from "./run_task.ts";

const usage = "deno task models facenet [--from FOLDER]";
const done = 0;

if (import.meta.main) await runTask(models);

async function models(args: string[]): Promise<number> {
  const { values, positionals } = parsedOrUsage(usage, () =>
    parseArgs({
      args,
      options: {
        from: { type: "string" },
        help: { type: "boolean", short: "h" },
      },
      allowPositionals: true,
    }));
  if (values.help) {
    console.log(`usage: ${usage}`);
    return done;
  }
  if (positionals.length !== 1 || positionals[0] !== "facenet") {
    throw new UsageError(`Name the models to fetch; usage: ${usage}`);
  }
  const missing: WeightsError[] = [];
  for (const file of faceNetFiles) {
    try {
      console.log(await install(file, values.from));
    } catch (error) {
      if (!(error instanceof WeightsError)) throw error;
      console.error(`  ${file.name}: ${error.message}`);
      missing.push(error);
    }
  }
  if (missing.length === 0) return done;
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

/** `deno task evaluate DIR…`: error rates of a set of photos, with figures. */
import { parseArgs } from "node:util";
import { readMetadata } from "../evaluate/breakdown.ts";
import type { Comparison } from "../evaluate/evaluation.ts";
import { type Run, runEvaluation } from "../evaluate/run_evaluation.ts";
import { summaryText } from "../evaluate/summary_text.ts";
import { makeFolder, writeReport } from "../evaluate/write_report.ts";
import {
  dataOptions,
  readDataset,
  settingsWith,
  showProgress,
} from "./evaluation_options.ts";
import { parsedOrUsage, runTask } from "./run_task.ts";

const usage = `deno task evaluate DIR… [--pairs FILE] [--metadata FILE]
  [--recognizer faceapi|facenet] [--detector ssd|tiny|mtcnn]
  [--align rotate|box|crop] [--mirror on|off] [--threshold X]
  [--out DIR] [--json]

DIR holds a folder of photos per person; photos directly in it are those of the
setting \`user\`. --pairs takes LFW's pairs.txt or a CSV of file_x,file_y,Yes|No.
--metadata takes a CSV with a column "file" or "person" and columns to break the
rates down by. Naming --align or --mirror compares it with its alternative.
The report goes to --out (default: evaluation; the task may write in there only).`;

if (import.meta.main) await runTask(evaluateTask);

async function evaluateTask(args: string[]): Promise<number> {
  const { values, positionals } = parsedOrUsage(usage, () =>
    parseArgs({
      args,
      options: {
        ...dataOptions,
        metadata: { type: "string" },
        threshold: { type: "string" },
      },
      allowPositionals: true,
    }));
  if (values.help) {
    console.log(`usage: ${usage}`);
    return 0;
  }
  const settings = settingsWith(values);
  const dataset = await readDataset(positionals, values.pairs, settings, usage);
  const metadata = values.metadata === undefined
    ? undefined
    : await readMetadata(values.metadata);
  await makeFolder(values.out);
  const run = await runEvaluation({
    dataset,
    config: settings,
    threshold: settings.threshold,
    metadata,
    compare: (["align", "mirror"] as const satisfies Comparison["setting"][])
      .filter((setting) => values[setting] !== undefined),
    cachePath: `${values.out}/embeddings.jsonl`,
    onProgress: showProgress(),
  });
  const files = await writeReport(values.out, dataset, run);
  printRun(run, values.json, files);
  return 0;
}

function printRun(
  { evaluation }: Run,
  json: boolean,
  files: readonly string[],
): void {
  if (json) {
    const { set: _, curve: __, ...numbers } = evaluation;
    console.log(JSON.stringify({ ...numbers, files }, null, 2));
    return;
  }
  for (const line of summaryText(evaluation)) console.log(line);
  console.log(`Report: ${files[0]}`);
}

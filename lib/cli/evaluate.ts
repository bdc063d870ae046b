/** `deno task evaluate DIR…`: error rates of a set of photos, with figures. */
import { parseArgs } from "node:util";
import { readEnvFile, readSettings, type Settings } from "../config.ts";
import { UsageError } from "../errors.ts";
import { readMetadata } from "../evaluate/breakdown.ts";
import type { Dataset } from "../evaluate/dataset.ts";
import type { Comparison } from "../evaluate/evaluation.ts";
import { readFolders } from "../evaluate/read_folders.ts";
import { readPairs } from "../evaluate/read_pairs.ts";
import { type Run, runEvaluation } from "../evaluate/run_evaluation.ts";
import { summaryText } from "../evaluate/summary_text.ts";
import { makeFolder, writeReport } from "../evaluate/write_report.ts";
import { progressBar } from "./progress.ts";
import { parsedOrUsage, runTask } from "./run_task.ts";

const usage = `deno task evaluate DIR… [--pairs FILE] [--metadata FILE]
  [--detector ssd|tiny] [--align rotate|box] [--mirror on|off] [--threshold X]
  [--out DIR] [--json]

DIR holds a folder of photos per person; photos directly in it are those of the
setting \`user\`. --pairs takes LFW's pairs.txt or a CSV of file_x,file_y,Yes|No.
--metadata takes a CSV with a column "file" or "person" and columns to break the
rates down by. Naming --align or --mirror compares it with its alternative.
The report goes to --out (default: evaluation).`;

/** Options that evaluate and calibrate share. */
export const dataOptions = {
  pairs: { type: "string" },
  detector: { type: "string" },
  align: { type: "string" },
  mirror: { type: "string" },
  out: { type: "string", default: "evaluation" },
  json: { type: "boolean", default: false },
  help: { type: "boolean", short: "h", default: false },
} as const;

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
  const dataset = await readDataset(positionals, values.pairs, settings);
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

/** The settings, with what the command line says instead. */
export function settingsWith(
  given: { readonly [name: string]: unknown },
): Settings {
  const named = (name: string) => {
    const value = given[name];
    return typeof value === "string" ? value : undefined;
  };
  return readSettings({
    env: (name) =>
      ["detector", "align", "mirror", "threshold"].includes(name) &&
        named(name) !== undefined
        ? named(name)
        : Deno.env.get(name),
    file: readEnvFile(),
  });
}

/** The photos and pairs that the command line names. */
export function readDataset(
  roots: readonly string[],
  pairs: string | undefined,
  { user }: Settings,
): Promise<Dataset> {
  if (pairs !== undefined) {
    if (roots.length > 1) {
      throw new UsageError(`--pairs takes one folder of photos; ${usage}`);
    }
    return readPairs(pairs, roots[0]);
  }
  if (roots.length === 0) {
    throw new UsageError(`Name a folder of photos; usage: ${usage}`);
  }
  return readFolders(roots, user);
}

/** A progress bar for each thing that is done in turn. */
export function showProgress() {
  const bars = new Map<string, ReturnType<typeof progressBar>>();
  return (what: string, { done, total }: { done: number; total: number }) => {
    const bar = bars.get(what) ?? progressBar(what);
    bars.set(what, bar);
    bar(done, total);
  };
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

/** `deno task evaluate DIR…`: error rates of a set of photos, with figures. */
import "./named_reads.ts";
import { readMetadata } from "../evaluate/breakdown.ts";
import type { Comparison } from "../evaluate/evaluation.ts";
import { runEvaluation } from "../evaluate/run_evaluation.ts";
import { summaryText } from "../evaluate/tables.ts";
import { makeFolder, writeReport } from "../evaluate/write_report.ts";
import {
  evaluationCommand,
  readDataset,
  settingsWith,
} from "./evaluation_options.ts";
import { progressBars } from "./progress.ts";
import { answer, runTask } from "./run_task.ts";

const evaluate = evaluationCommand(
  "evaluate",
  "Measures error rates on folders of photos, a folder per person, and writes a report with figures. " +
    "Naming --align or --mirror compares it with its alternative.",
  "registration_photos signin_photos",
)
  .option(
    "--metadata <file>",
    'break the rates down: a CSV with a column "file" or "person" and columns to break down by',
  )
  .option("--threshold <distance>", "report the rates at this distance")
  .action(async (folders, values) => {
    const settings = settingsWith(values);
    const dataset = await readDataset(folders, values, settings);
    const metadata = values.metadata === undefined
      ? undefined
      : await readMetadata(values.metadata);
    await makeFolder(values.out);
    const run = await runEvaluation({
      dataset,
      config: settings,
      threshold: settings.threshold,
      metadata,
      command: `deno task evaluate ${Deno.args.join(" ")}`,
      compare: (["align", "mirror"] as const satisfies Comparison["setting"][])
        .filter((setting) => values[setting] !== undefined),
      cachePath: `${values.out}/embeddings.jsonl`,
      onProgress: progressBars(),
    });
    const files = await writeReport(values.out, dataset, run);
    const { set: _, curve: __, ...numbers } = run.evaluation;
    answer({
      result: { ...numbers, files },
      lines: [...summaryText(run.evaluation), `Report: ${files[0]}`],
    });
  });

if (import.meta.main) await runTask(evaluate);

/** `deno task calibrate DIR… --fmr X`: chooses the threshold that verify uses. */
import "./named_reads.ts";
import type { Settings } from "../config.ts";
import { UsageError } from "../errors.ts";
import { count, intervalText } from "../evaluate/measures.ts";
import { percent } from "../evaluate/figure_frame.ts";
import type { PhotoOutcome } from "../evaluate/embed_photos.ts";
import { runCalibration } from "../evaluate/run_evaluation.ts";
import { makeFolder } from "../evaluate/write_report.ts";
import type { Calibration } from "../store/calibration.ts";
import {
  evaluationCommand,
  readDataset,
  settingsWith,
} from "./evaluation_options.ts";
import { openNoted } from "./open_noted.ts";
import { progressBars } from "./progress.ts";
import { answer, runTask } from "./run_task.ts";

const calibrateTask = evaluationCommand(
  "calibrate",
  "Chooses the largest threshold whose false match rate is at most --fmr with 95 % confidence and keeps it " +
    "with the store, where verify reads it unless --threshold or the setting `threshold` says another.",
  "registration_photos signin_photos --fmr 20%",
)
  .option("--fmr <rate>", "target: 0.01 and 1% are the same", parseFmr)
  .option("--undo", "forget the store's calibration")
  .action(async (folders, values) => {
    const settings = settingsWith(values);
    if (values.undo) return await forgetCalibration(settings);
    if (values.fmr === undefined) {
      throw new UsageError("Name a target, such as --fmr 1%.");
    }
    const dataset = await readDataset(folders, values, settings);
    await makeFolder(values.out);
    const { calibration, outcomes } = await runCalibration({
      dataset,
      config: settings,
      targetFmr: values.fmr,
      cachePath: `${values.out}/embeddings.jsonl`,
      onProgress: progressBars(),
    });
    await using store = await openNoted(settings);
    const before = await store.calibration();
    await store.keepCalibration(calibration);
    const failures = outcomes.flatMap((outcome) =>
      outcome.kind === "embedded" ? [] : [outcome]
    );
    answer({
      result: { ...calibration, before, failures, store: store.name },
      lines: [
        ...asText(calibration, before, failures),
        `Kept with ${store.name}; verify reads it. \`deno task calibrate --undo\` forgets it.`,
        ...(settings.threshold === null ? [] : [
          `The setting threshold=${settings.threshold} still wins; empty it to use the calibration.`,
        ]),
      ],
    });
  });

if (import.meta.main) await runTask(calibrateTask);

/** @throws UsageError unless it is a rate between 1 in a million and 50 %. */
function parseFmr(text: string): number {
  const value = text.endsWith("%")
    ? Number(text.slice(0, -1)) / 100
    : Number(text);
  if (value >= 1e-6 && value <= 0.5) return value;
  throw new UsageError(`--fmr ${text} is not a rate between 0.000001 and 0.5.`);
}

async function forgetCalibration(settings: Settings): Promise<void> {
  await using store = await openNoted(settings);
  const before = await store.calibration();
  await store.keepCalibration(null);
  answer({
    result: { before, store: store.name },
    lines: [
      before === null
        ? `${store.name} has no calibration.`
        : `${store.name} has no calibration any more; its threshold was ${
          before.threshold.toFixed(4)
        }.`,
    ],
  });
}

function asText(
  calibration: Calibration,
  before: Calibration | null,
  failures: readonly Exclude<PhotoOutcome, { kind: "embedded" }>[],
): string[] {
  const { threshold, fmr, fnmr, fmrInterval, fnmrInterval } = calibration;
  const { photos, people, genuinePairs, impostorPairs } = calibration;
  const within = (interval: typeof fmrInterval) =>
    interval === null ? "" : ` (95 %: ${intervalText(interval)})`;
  return [
    `Threshold ${threshold.toFixed(4)} for ${calibration.modelId}${
      before === null ? "" : ` (was ${before.threshold.toFixed(4)})`
    }: FMR is at most ${
      percent(calibration.targetFmr)
    } with 95 % confidence, choosing on the same photos included.`,
    `  chosen on  ${photos} photos of ${people} people: ${
      count(genuinePairs)
    } genuine and ${count(impostorPairs)} impostor pairs`,
    `  FMR        ${percent(fmr)}${within(fmrInterval)}`,
    `  FNMR       ${percent(fnmr)}${within(fnmrInterval)}`,
    ...failures.map(({ kind, reason }) => `  ${kind}: ${reason}`),
    "These rates are of one pair. Against n registered photos a stranger has up to n chances.",
  ];
}

/** `deno task calibrate DIR… --fmr X`: chooses the threshold that verify uses. */
import { UsageError } from "../errors.ts";
import { calibrate } from "../evaluate/calibrate.ts";
import { count, percentInterval } from "../evaluate/summary.ts";
import { percent } from "../evaluate/figure_frame.ts";
import type { PhotoOutcome } from "../evaluate/embed_photos.ts";
import { makeFolder } from "../evaluate/write_report.ts";
import type { Calibration } from "../store/calibration.ts";
import { openStore } from "../store/open_store.ts";
import {
  evaluationCommand,
  readDataset,
  settingsWith,
  showProgress,
} from "./evaluation_options.ts";
import { answer, runTask } from "./run_task.ts";

const calibrateTask = evaluationCommand(
  "calibrate",
  "Chooses the threshold whose false match rate on these photos is at most --fmr and keeps it " +
    "with the store, where verify reads it unless --threshold or the setting `threshold` says another.",
  "registration_photos --fmr 1%",
)
  .requiredOption("--fmr <rate>", "target: 0.01 and 1% are the same", parseFmr)
  .action(async (folders, values) => {
    const settings = settingsWith(values);
    const dataset = await readDataset(folders, values.pairs, settings);
    await makeFolder(values.out);
    const { calibration, outcomes } = await calibrate({
      dataset,
      config: settings,
      targetFmr: values.fmr,
      cachePath: `${values.out}/embeddings.jsonl`,
      onProgress: showProgress(),
    });
    const store = await openStore(settings);
    await store.keepCalibration(calibration);
    await store.close();
    const failures = outcomes.flatMap((outcome) =>
      outcome.kind === "embedded" ? [] : [outcome]
    );
    answer({
      result: { ...calibration, failures, store: store.name },
      lines: [
        ...asText(calibration, failures, store.name),
        ...(settings.threshold === null ? [] : [
          `The setting threshold=${settings.threshold} still wins; empty it to use the calibration.`,
        ]),
      ],
    });
  });

if (import.meta.main) await runTask(calibrateTask);

/** @throws UsageError unless it is a rate between 1 in a million and 10 %. */
function parseFmr(text: string): number {
  const value = text.endsWith("%")
    ? Number(text.slice(0, -1)) / 100
    : Number(text);
  if (value >= 1e-6 && value <= 0.1) return value;
  throw new UsageError(`--fmr ${text} is not a rate between 0.000001 and 0.1.`);
}

function asText(
  calibration: Calibration,
  failures: readonly Exclude<PhotoOutcome, { kind: "embedded" }>[],
  store: string,
): string[] {
  const { threshold, fmr, fnmr, fmrInterval, fnmrInterval } = calibration;
  const { photos, people, genuinePairs, impostorPairs } = calibration;
  const within = (interval: typeof fmrInterval) =>
    interval === null ? "" : ` (95 %: ${percentInterval(interval)})`;
  return [
    `Threshold ${threshold.toFixed(4)} for ${calibration.modelId}, target FMR ${
      percent(calibration.targetFmr)
    }.`,
    `  chosen on  ${photos} photos of ${people} people: ${
      count(genuinePairs)
    } genuine and ${count(impostorPairs)} impostor pairs`,
    `  FMR        ${percent(fmr)}${within(fmrInterval)}`,
    `  FNMR       ${percent(fnmr)}${within(fnmrInterval)}`,
    ...failures.map(({ kind, reason }) => `  ${kind}: ${reason}`),
    "These rates are of one pair. Against n registered photos a stranger has up to n chances.",
    `Kept with ${store}; verify reads it.`,
  ];
}

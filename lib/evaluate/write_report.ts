import { toWriteError, writeFileAtomically } from "../store/atomic_file.ts";
import { csvFormatRows } from "d3-dsv";
import type { Dataset } from "./dataset.ts";
import { reportPage } from "./report.ts";
import type { Run } from "./run_evaluation.ts";

/** Makes the folder of an evaluation, which its owner alone may read: it will hold faces. */
export async function makeFolder(folder: string): Promise<void> {
  try {
    await Deno.mkdir(folder, { recursive: true, mode: 0o700 });
  } catch (error) {
    throw toWriteError(folder, error);
  }
}

/**
 * Writes report.html, metrics.json, curve.csv and failures.csv.
 *
 * @returns the files' paths, the report first
 * @throws WriteError when one cannot be written.
 */
export async function writeReport(
  folder: string,
  dataset: Dataset,
  { evaluation, faces }: Run,
): Promise<string[]> {
  const { set, ...numbers } = evaluation;
  const { curve, ...metrics } = numbers;
  const files = [
    [
      "report.html",
      await reportPage({ evaluation: numbers, set, dataset, faces }),
    ],
    ["metrics.json", JSON.stringify(metrics, null, 2) + "\n"],
    [
      "curve.csv",
      csvFormatRows([
        ["threshold", "fmr", "fnmr"],
        ...curve.map((point) =>
          [point.threshold, point.fmr, point.fnmr].map(String)
        ),
      ]),
    ],
    [
      "failures.csv",
      csvFormatRows([
        ["path", "kind", "reason"],
        ...metrics.acquisition.failures
          .map(({ path, kind, reason }) => [path, kind, reason]),
      ]),
    ],
  ] as const;
  for (const [name, text] of files) {
    await writeFileAtomically(`${folder}/${name}`, text);
  }
  return files.map(([name]) => `${folder}/${name}`);
}

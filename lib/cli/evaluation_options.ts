/** What `evaluate` and `calibrate` have in common on the command line. */
import { readEnvFile, readSettings, type Settings } from "../config.ts";
import { UsageError } from "../errors.ts";
import { type Dataset, readFolders } from "../evaluate/dataset.ts";
import { readPairs, readPeople } from "../evaluate/read_pairs.ts";
import { taskCommand } from "./run_task.ts";

const overridable = [
  "recognizer",
  "detector",
  "align",
  "mirror",
  "threshold",
];

/** A command that takes photos to measure and how to recognize them. */
export function evaluationCommand(
  name: string,
  sentence: string,
  example: string,
) {
  return taskCommand(name, sentence, example)
    .argument(
      "[folders...]",
      "folders of photos: each sub-folder is a person; photos directly in them are those of the setting `user`",
    )
    .option(
      "--pairs <file>",
      "compare these pairs only: LFW's pairs.txt, or a CSV of file_x,file_y,Yes|No",
    )
    .option(
      "--people <file>",
      "compare all photos of these people only: LFW's people.txt",
    )
    .option("--recognizer <name>", "faceapi or facenet")
    .option("--detector <name>", "ssd, tiny or mtcnn")
    .option("--align <name>", "rotate, box or crop")
    .option("--mirror <on|off>", "average the embedding of the mirror image")
    .option(
      "--out <folder>",
      "where the results are written; the task may write in there only",
      "evaluation",
    );
}

/** The settings, with what the command line says instead. */
export function settingsWith(
  given: { readonly [name: string]: unknown },
): Settings {
  return readSettings({
    env: (name) => {
      const value = overridable.includes(name) ? given[name] : undefined;
      return typeof value === "string" ? value : Deno.env.get(name);
    },
    file: readEnvFile(),
  });
}

/** The photos and pairs that the command line names. */
export function readDataset(
  roots: readonly string[],
  { pairs, people }: {
    pairs?: string | undefined;
    people?: string | undefined;
  },
  { user }: Settings,
): Promise<Dataset> {
  const list = pairs ?? people;
  if (list === undefined) {
    if (roots.length > 0) return readFolders(roots, user);
    throw new UsageError(
      "Name a folder of photos, such as registration_photos.",
    );
  }
  if (roots.length > 1 || (pairs !== undefined && people !== undefined)) {
    throw new UsageError(
      "A list takes one folder of photos, and either --pairs or --people.",
    );
  }
  return pairs === undefined
    ? readPeople(list, roots[0])
    : readPairs(list, roots[0]);
}

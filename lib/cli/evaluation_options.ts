/** What `evaluate` and `calibrate` have in common on the command line. */
import { readEnvFile, readSettings, type Settings } from "../config.ts";
import { UsageError } from "../errors.ts";
import type { Dataset } from "../evaluate/dataset.ts";
import { readFolders } from "../evaluate/read_folders.ts";
import { readPairs } from "../evaluate/read_pairs.ts";
import { progressBar } from "./progress.ts";

/** Options for `parseArgs`. */
export const dataOptions = {
  pairs: { type: "string" },
  recognizer: { type: "string" },
  detector: { type: "string" },
  align: { type: "string" },
  mirror: { type: "string" },
  out: { type: "string", default: "evaluation" },
  json: { type: "boolean", default: false },
  help: { type: "boolean", short: "h", default: false },
} as const;

const overridable = [
  "recognizer",
  "detector",
  "align",
  "mirror",
  "threshold",
];

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
      overridable.includes(name) &&
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
  usage: string,
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

import manifest from "../../../models/manifest.json" with { type: "json" };
import { WeightsError } from "../../errors.ts";

/** What models/manifest.json says of one model file. */
export interface ModelFile {
  readonly name: string;
  readonly bytes: number;
  /** 64 hex digits */
  readonly sha256: string;
  /** An npm package and path, or a folder under models/. */
  readonly location: string;
  /** Where `deno task models` fetches it; absent for files inside an npm package. */
  readonly url?: string;
  readonly licence: string;
  readonly source: string;
  readonly does: string;
  readonly publishedAccuracy: string;
}

/** Every model file this project knows. */
export const modelFiles: readonly ModelFile[] = manifest.files;

/** The manifest's entry for a file. */
export function modelFile(name: string): ModelFile {
  const entry = modelFiles.find((file) => file.name === name);
  if (entry === undefined) {
    throw new WeightsError(`models/manifest.json does not list ${name}.`);
  }
  return entry;
}

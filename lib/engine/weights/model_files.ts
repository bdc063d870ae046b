import { createHash } from "node:crypto";
import { fileURLToPath } from "node:url";
import manifest from "../../../models/manifest.json" with { type: "json" };
import { WeightsError } from "../../errors.ts";
import { openTorchFile, type TorchFile } from "./torch_file.ts";

/** What models/manifest.json says of one model file. */
export interface ModelFile {
  readonly name: string;
  readonly bytes: number;
  /** 64 hex digits */
  readonly sha256: string;
  /** A folder of an npm package, "npm:@scope/package@1.2.3/folder", or one under models/. */
  readonly location: string;
  /** Where `deno task models` fetches it; absent for files that need no fetching. */
  readonly url?: string;
  readonly licence: string;
  readonly source: string;
  readonly does: string;
  readonly publishedAccuracy: string;
}

/** Every model file this project knows. */
export const modelFiles: readonly ModelFile[] = manifest.files;

// Never called: only a package that some import names is installed for a program that uses this
// project as a library, and of face-api nothing but its models is used.
void (() =>
  import("@vladmandic/face-api/package.json", { with: { type: "json" } }));

/** The manifest's entry for a file. @throws WeightsError when it has none. */
function modelFile(name: string): ModelFile {
  const entry = modelFiles.find((file) => file.name === name);
  if (entry === undefined) {
    throw new WeightsError(`models/manifest.json does not list ${name}.`);
  }
  return entry;
}

/** Where a file of the manifest lies on this machine. */
export function modelPath(name: string): string {
  const { location } = modelFile(name);
  const folder = location.startsWith("npm:@vladmandic/face-api@")
    ? new URL(
      "./model/",
      import.meta.resolve("@vladmandic/face-api/package.json"),
    )
    : new URL(`../../../${location}/`, import.meta.url);
  return fileURLToPath(new URL(name, folder));
}

/**
 * Reads a model file and checks it against the manifest.
 *
 * @throws WeightsError when it is missing, or one byte of it differs.
 */
export async function readModelFile(
  name: string,
  path: string = modelPath(name),
): Promise<Uint8Array<ArrayBuffer>> {
  const file = modelFile(name);
  let bytes: Uint8Array<ArrayBuffer>;
  try {
    bytes = await Deno.readFile(path);
  } catch (cause) {
    throw missing(file, path, cause);
  }
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  if (digest.toHex() !== file.sha256) throw different(file, path);
  return bytes;
}

/**
 * Opens a `.pt` file of the manifest after checking its size and SHA-256.
 *
 * @throws WeightsError when it is missing, or one byte of it differs.
 */
export async function openModel(name: string): Promise<TorchFile> {
  const path = modelPath(name);
  await checkModelFile(modelFile(name), path);
  return openTorchFile(path);
}

/**
 * Checks a file of any size against its entry in the manifest, piece by piece.
 *
 * @throws WeightsError when it is missing, or differs in size or SHA-256.
 */
export async function checkModelFile(
  expected: ModelFile,
  path: string,
): Promise<void> {
  const hash = createHash("sha256");
  try {
    const { size } = await Deno.stat(path);
    if (size !== expected.bytes) throw different(expected, path);
    const file = await Deno.open(path);
    for await (const piece of file.readable) hash.update(piece);
  } catch (cause) {
    throw cause instanceof WeightsError
      ? cause
      : missing(expected, path, cause);
  }
  if (hash.digest("hex") !== expected.sha256) throw different(expected, path);
}

function missing(file: ModelFile, path: string, cause: unknown): WeightsError {
  return new WeightsError(
    `The model file ${path} cannot be read; ${howToFetch(file)}.`,
    { cause },
  );
}

function different(file: ModelFile, path: string): WeightsError {
  return new WeightsError(
    `The model file ${path} is not the one that models/manifest.json names (its size or ` +
      `SHA-256 differs); remove it and ${howToFetch(file)}.`,
  );
}

function howToFetch({ location, url }: ModelFile): string {
  if (url !== undefined) return "run `deno task models facenet`";
  return location.startsWith("npm:")
    ? "run `deno install`"
    : `take ${location} from the repository again`;
}

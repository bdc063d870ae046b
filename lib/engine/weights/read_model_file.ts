import { fileURLToPath } from "node:url";
import { WeightsError } from "../../errors.ts";
import { modelFile } from "./manifest.ts";

/** Where the models of each npm package lie, beside the file that its name resolves to. */
const packageModels: Record<string, () => URL> = {
  "npm:@vladmandic/face-api": () =>
    new URL(
      "../model/",
      import.meta.resolve("@vladmandic/face-api/dist/face-api.node-wasm.js"),
    ),
  "npm:@vladmandic/human": () =>
    new URL("../models/", import.meta.resolve("@vladmandic/human")),
};

/** Where a file of the manifest lies on this machine. */
export function modelPath(name: string): string {
  const { location } = modelFile(name);
  // "npm:@scope/package@1.2.3/folder" without version and folder
  const packageFolder = packageModels[location.split(/(?<!:)@/)[0]!];
  const folder = packageFolder?.() ??
    new URL(`../../../${location}/`, import.meta.url);
  return fileURLToPath(new URL(name, folder));
}

/**
 * Reads a model file and checks it against the manifest.
 *
 * @throws WeightsError when it is missing, or one byte of it differs.
 */
export async function readModelFile(
  name: string,
): Promise<Uint8Array<ArrayBuffer>> {
  const path = modelPath(name);
  let bytes: Uint8Array<ArrayBuffer>;
  try {
    bytes = await Deno.readFile(path);
  } catch {
    throw new WeightsError(
      `The model file ${path} cannot be read; run \`deno install\` to fetch it.`,
    );
  }
  await checkModelBytes(name, bytes);
  return bytes;
}

/**
 * Checks bytes against the manifest's size and SHA-256.
 *
 * @throws WeightsError when they differ.
 */
export async function checkModelBytes(
  name: string,
  bytes: Uint8Array<ArrayBuffer>,
): Promise<void> {
  const expected = modelFile(name);
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes))
    .toHex();
  if (bytes.length !== expected.bytes || digest !== expected.sha256) {
    throw new WeightsError(
      `The model file ${name} is not the one models/manifest.json names (SHA-256 ` +
        `${digest.slice(0, 12)}… instead of ${
          expected.sha256.slice(0, 12)
        }…); ` +
        "remove node_modules and run `deno install`.",
    );
  }
}

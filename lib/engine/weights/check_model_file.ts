import { createHash } from "node:crypto";
import { WeightsError } from "../../errors.ts";
import type { ModelFile } from "./manifest.ts";

/** SHA-256 of a file as 64 hex digits, read piece by piece. */
export async function sha256OfFile(path: string): Promise<string> {
  const hash = createHash("sha256");
  const file = await Deno.open(path);
  for await (const piece of file.readable) hash.update(piece);
  return hash.digest("hex");
}

/**
 * Checks a file of any size against its entry in the manifest.
 *
 * @throws WeightsError when it is missing, or differs in size or SHA-256.
 */
export async function checkModelFile(
  expected: ModelFile,
  path: string,
): Promise<void> {
  let bytes: number;
  try {
    bytes = (await Deno.stat(path)).size;
  } catch (cause) {
    throw new WeightsError(
      `The model file ${path} is missing; run \`deno task models facenet\` to fetch it.`,
      { cause },
    );
  }
  if (bytes !== expected.bytes) {
    throw new WeightsError(
      `The model file ${path} has ${bytes} bytes instead of ${expected.bytes}; ` +
        "remove it and run `deno task models facenet`.",
    );
  }
  const digest = await sha256OfFile(path);
  if (digest !== expected.sha256) {
    throw new WeightsError(
      `The model file ${path} is not the one models/manifest.json names (SHA-256 ` +
        `${digest.slice(0, 12)}… instead of ${
          expected.sha256.slice(0, 12)
        }…); ` +
        "remove it and run `deno task models facenet`.",
    );
  }
}

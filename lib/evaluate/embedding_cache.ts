import { z } from "zod";
import { writeFileAtomically } from "../store/atomic_file.ts";
import type { PhotoOutcome } from "./embed_photos.ts";

/** Float32 little-endian, base64. */
const numbers = z.custom<Float32Array>((each) => each instanceof Float32Array);
const vector = z.codec(z.base64(), numbers, {
  decode: (text) => new Float32Array(Uint8Array.fromBase64(text).buffer),
  encode: ({ buffer, byteOffset, byteLength }) =>
    new Uint8Array(buffer, byteOffset, byteLength).toBase64(),
}).refine((each) => each.every(Number.isFinite));

/** What became of a photo, as the cache file has it. */
const keptOutcome = z.discriminatedUnion("kind", [
  z.object({
    kind: z.literal("embedded"),
    faces: z.number(),
    quality: z.number(),
    vector,
  }),
  z.object({ kind: z.enum(["no-face", "unreadable"]), reason: z.string() }),
]);
/** One line of the cache file. */
const cacheLine = z.intersection(
  z.object({ photo: z.string(), model: z.string() }),
  keptOutcome,
);

/**
 * Embeddings by photo hash and model, in a file to which a line is added per photo: an
 * interrupted evaluation goes on where it stopped. A rewritten file would be whole too, but would
 * cost as much per photo as all photos before it.
 */
export class EmbeddingCache {
  readonly #path: string;
  readonly #known: Map<string, PhotoOutcome>;

  private constructor(path: string, known: Map<string, PhotoOutcome>) {
    this.#path = path;
    this.#known = known;
  }

  /** Opens or makes the file, readable by its owner only. A line cut short by a crash is dropped. */
  static async open(path: string): Promise<EmbeddingCache> {
    const known = new Map<string, PhotoOutcome>();
    const cache = new EmbeddingCache(path, known);
    await cache.#append("");
    const text = await Deno.readTextFile(path);
    for (const line of text.split("\n")) {
      const entry = parseLine(line);
      if (entry !== undefined) known.set(entry[0], entry[1]);
    }
    if (text !== "" && !text.endsWith("\n")) await cache.#append("\n");
    return cache;
  }

  /** @param photoSha256 hash of the photo file's bytes @param model names detector, network and chip making */
  get(photoSha256: string, model: string): PhotoOutcome | undefined {
    return this.#known.get(`${photoSha256} ${model}`);
  }

  async set(
    photo: string,
    model: string,
    outcome: PhotoOutcome,
  ): Promise<void> {
    this.#known.set(`${photo} ${model}`, outcome);
    const line = cacheLine.encode({ photo, model, ...outcome });
    await this.#append(JSON.stringify(line) + "\n");
  }

  async #append(text: string): Promise<void> {
    const options = { append: true, create: true, mode: 0o600 };
    await Deno.writeTextFile(this.#path, text, options);
  }
}

/** Where evaluations leave their numbers, report and cache unless told otherwise. */
export const evaluationFolder = "evaluation";

/**
 * Takes all embeddings of photos out of the cache there, which no evaluation may be using meanwhile.
 *
 * @returns how many there were; 0 where there is no file
 * @throws WriteError when it cannot be written.
 */
export async function forgetPhotos(
  photoSha256s: readonly string[],
): Promise<number> {
  const path = `${evaluationFolder}/embeddings.jsonl`;
  let text: string;
  try {
    text = await Deno.readTextFile(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return 0;
    throw error;
  }
  const forgotten = new Set(photoSha256s);
  const lines = text.split("\n");
  const kept = lines.filter((line) =>
    !forgotten.has(/"photo":"(\w+)"/.exec(line)?.[1] ?? "")
  );
  const count = lines.length - kept.length;
  if (count > 0) await writeFileAtomically(path, kept.join("\n"));
  return count;
}

/** A line that cannot be understood counts as absent: its photo is embedded again. */
function parseLine(line: string): [string, PhotoOutcome] | undefined {
  try {
    const { photo, model, ...outcome } = cacheLine.decode(JSON.parse(line));
    const key = `${photo} ${model}`;
    return outcome.kind === "embedded"
      ? [key, { ...outcome, sha256: photo }]
      : [key, outcome];
  } catch {
    return undefined;
  }
}

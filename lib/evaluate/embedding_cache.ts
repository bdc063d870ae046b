import { writeFileAtomically } from "../store/atomic_file.ts";
import type { PhotoOutcome } from "./photo_outcome.ts";

/** One line of the cache file. */
interface CacheLine {
  readonly photo: string;
  readonly model: string;
  readonly kind: PhotoOutcome["kind"];
  readonly faces?: number;
  readonly reason?: string;
  /** Float32 little-endian, base64. */
  readonly vector?: string;
}

/**
 * Embeddings by photo hash and model, in a file to which a line is added per photo: an
 * interrupted evaluation goes on where it stopped. A rewritten file would be whole too, but would
 * cost as much per photo as all photos before it.
 */
export class EmbeddingCache {
  readonly #file: Deno.FsFile;
  readonly #known: Map<string, PhotoOutcome>;

  private constructor(file: Deno.FsFile, known: Map<string, PhotoOutcome>) {
    this.#file = file;
    this.#known = known;
  }

  /** Opens or makes the file, readable by its owner only. A line cut short by a crash is dropped. */
  static async open(path: string): Promise<EmbeddingCache> {
    const file = await Deno.open(path, {
      read: true,
      append: true,
      create: true,
      mode: 0o600,
    });
    const known = new Map<string, PhotoOutcome>();
    const text = await Deno.readTextFile(path);
    for (const line of text.split("\n")) {
      const entry = parseLine(line);
      if (entry !== undefined) known.set(entry[0], entry[1]);
    }
    if (text !== "" && !text.endsWith("\n")) await write(file, "\n");
    return new EmbeddingCache(file, known);
  }

  /** @param photoSha256 hash of the photo file's bytes @param model names detector, network and chip making */
  get(photoSha256: string, model: string): PhotoOutcome | undefined {
    return this.#known.get(`${photoSha256} ${model}`);
  }

  async set(
    photoSha256: string,
    model: string,
    outcome: PhotoOutcome,
  ): Promise<void> {
    this.#known.set(`${photoSha256} ${model}`, outcome);
    const { kind } = outcome;
    const line: CacheLine = outcome.kind === "embedded"
      ? {
        photo: photoSha256,
        model,
        kind,
        faces: outcome.faces,
        vector: toBase64(outcome.vector),
      }
      : { photo: photoSha256, model, kind, reason: outcome.reason };
    await write(this.#file, JSON.stringify(line) + "\n");
  }

  /** Waits until all lines are on disk and closes the file. */
  async close(): Promise<void> {
    await this.#file.sync();
    this.#file.close();
  }
}

/**
 * Takes all embeddings of photos out of a cache file, which no evaluation may be using meanwhile.
 *
 * @returns how many there were; 0 where there is no file
 * @throws WriteError when it cannot be written.
 */
export async function forgetPhotos(
  path: string,
  photoSha256s: readonly string[],
): Promise<number> {
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

async function write(file: Deno.FsFile, text: string): Promise<void> {
  const bytes = new TextEncoder().encode(text);
  let written = 0;
  while (written < bytes.length) {
    written += await file.write(bytes.subarray(written));
  }
}

/** A line that cannot be understood counts as absent: its photo is embedded again. */
function parseLine(line: string): [string, PhotoOutcome] | undefined {
  let entry: CacheLine;
  try {
    entry = JSON.parse(line);
  } catch {
    return undefined;
  }
  const key = `${entry.photo} ${entry.model}`;
  if (entry.kind === "no-face" || entry.kind === "unreadable") {
    return [key, { kind: entry.kind, reason: entry.reason ?? "" }];
  }
  if (entry.kind !== "embedded" || typeof entry.vector !== "string") {
    return undefined;
  }
  const vector = fromBase64(entry.vector);
  return [key, { kind: "embedded", vector, faces: entry.faces ?? 1 }];
}

function toBase64(vector: Float32Array): string {
  return new Uint8Array(vector.buffer, vector.byteOffset, vector.byteLength)
    .toBase64();
}

function fromBase64(text: string): Float32Array {
  const bytes = Uint8Array.fromBase64(text);
  return new Float32Array(bytes.buffer, 0, bytes.length >>> 2);
}

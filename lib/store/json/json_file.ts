import { StoreDamagedError } from "../../errors.ts";
import type { StoreModel } from "../embedding_store.ts";
import { type JsonContent, parseJson } from "./json_format.ts";

/** Which model's embeddings a JSON store holds; null when there are none. */
export async function heldModelOfJson(
  path: string,
): Promise<StoreModel | null> {
  const content = await readContent(path);
  return content === null || content.templates.length === 0
    ? null
    : content.model;
}

/** Every write makes a new file by renaming, so its inode, times and size tell whether it changed. */
export async function revisionOf(path: string): Promise<string> {
  try {
    const { ino, mtime, ctime, size } = await Deno.stat(path);
    return [ino, mtime?.getTime(), ctime?.getTime(), size].join(" ");
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return "missing";
    throw error;
  }
}

/** What the file holds; null when there is none. */
export async function readContent(path: string): Promise<JsonContent | null> {
  const bytes = await readIfThere(path);
  return bytes === null ? null : parseJson(path, decodeText(path, bytes));
}

/** The file's bytes; null when there is none. */
async function readIfThere(
  path: string,
): Promise<Uint8Array<ArrayBuffer> | null> {
  try {
    return await Deno.readFile(path);
  } catch (cause) {
    if (cause instanceof Deno.errors.NotFound) return null;
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new StoreDamagedError(
      `${path} cannot be read: ${reason}; correct the path or its rights`,
      { cause },
    );
  }
}

function decodeText(path: string, bytes: Uint8Array): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch (cause) {
    throw new StoreDamagedError(
      `${path} is damaged: it is not UTF-8 text; it was left as it is: put a copy back, or move it away and register again`,
      { cause },
    );
  }
}

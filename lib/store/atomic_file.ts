import { statfs } from "node:fs/promises";
import { dirname } from "node:path";
import { WriteError } from "../errors.ts";

/**
 * Writes a whole file or nothing: the bytes go to `<path>.tmp`, reach the disk, and the temporary
 * file is renamed onto `path`, or onto the file that a symbolic link there names. Whatever happens, `path` holds the old bytes or the new ones. The
 * file is readable by its owner only, because what is kept here tells about people.
 *
 * The temporary name is fixed so that a task's write permission can name it. Callers who may run
 * at the same time hold `withFileLock` around the call.
 *
 * @throws WriteError when the disk is full, the folder is missing or refuses, or the permission
 * is not granted; the old file is left as it was.
 */
export async function writeFileAtomically(
  path: string,
  content: string | Uint8Array,
) {
  const bytes = typeof content === "string"
    ? new TextEncoder().encode(content)
    : content;
  const target = await linkTarget(path);
  const temporary = `${target}.tmp`;
  try {
    await writeToDisk(temporary, bytes);
    await Deno.rename(temporary, target);
    await syncFolder(target);
  } catch (error) {
    await removeIfThere(temporary);
    throw toWriteError(path, error);
  }
}

/** The file that a symbolic link stands for: it is replaced, and the link stays. */
async function linkTarget(path: string): Promise<string> {
  try {
    const { isSymlink } = await Deno.lstat(path);
    return isSymlink ? await Deno.realPath(path) : path;
  } catch {
    // There is no such file yet, or what is wrong with it is told when it is written.
    return path;
  }
}

/** A rename is on the disk when its folder is. */
async function syncFolder(path: string): Promise<void> {
  if (Deno.build.os === "windows") return;
  using folder = await Deno.open(dirname(path), { read: true });
  await folder.sync();
}

/** Removes a file, or a folder with all that is in it, if it is there. @throws WriteError */
export async function removeFile(path: string): Promise<void> {
  try {
    await Deno.remove(path, { recursive: true });
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) {
      throw toWriteError(path, error);
    }
  }
}

/** Writes a little beside a file and removes it. @throws WriteError when `writeFileAtomically` would */
export async function checkWritable(path: string): Promise<void> {
  const temporary = `${path}.tmp`;
  try {
    await writeToDisk(temporary, new Uint8Array(4096));
  } catch (error) {
    throw toWriteError(path, error);
  } finally {
    await removeIfThere(temporary);
  }
}

/** Room that a registration of some photos takes at most, bytes. */
const leastRoom = 1_000_000;
/** What the system says when there is none. */
const noSpace = Object.assign(new Error("no space left"), { code: "ENOSPC" });

/**
 * Refuses where a file's disk has no room left for a registration: SQLite finds out only then, for the
 * little that a check writes fits in its log. Looked at only where the process may ask
 * (`--allow-sys=statfs`).
 *
 * @throws WriteError
 */
export async function requireRoom(path: string): Promise<void> {
  const ask = { name: "sys", kind: "statfs" } as const;
  if ((await Deno.permissions.query(ask)).state !== "granted") return;
  const { bavail, bsize } = await statfs(dirname(path));
  if (bavail * bsize < leastRoom) throw toWriteError(path, noSpace);
}

async function writeToDisk(path: string, bytes: Uint8Array): Promise<void> {
  using file = await Deno.open(path, {
    write: true,
    create: true,
    truncate: true,
    mode: 0o600,
  });
  // A temporary file left by a killed process may have been made with another mode.
  if (Deno.build.os !== "windows") await Deno.chmod(path, 0o600);
  let written = 0;
  while (written < bytes.length) {
    written += await file.write(bytes.subarray(written));
  }
  await file.sync();
}

async function removeIfThere(path: string): Promise<void> {
  try {
    await Deno.remove(path);
  } catch {
    // It was never made, or the folder refuses: the error that led here is the one to report.
  }
}

/** Turns what the operating system or Deno's permissions answered into one plain sentence. */
export function toWriteError(path: string, cause: unknown): WriteError {
  const code = cause instanceof Error && "code" in cause ? cause.code : "";
  const reason = code === "ENOSPC" || code === "EDQUOT"
    ? "full"
    : code === "EROFS"
    ? "read-only"
    : "other";
  return new WriteError(
    `${path} cannot be written: ${causeText(code, cause)}`,
    { cause, reason },
  );
}

function causeText(code: unknown, cause: unknown): string {
  switch (code) {
    case "ENOSPC":
    case "EDQUOT":
      return "the disk is full; free some space and run it again";
    case "ENOENT":
    case "ENOTDIR":
      return "its folder does not exist; make the folder or correct the path";
    case "EACCES":
    case "EPERM":
      return "the folder or file belongs to somebody else; change its owner or choose another place";
    case "EROFS":
      return "the disk is read-only; choose another place";
    case "EISDIR":
      return "a folder stands in its place; move the folder or choose another path";
  }
  if (cause instanceof Deno.errors.NotCapable) {
    return "this task may not write there; add the path to permissions.faces.write in deno.json";
  }
  return cause instanceof Error ? cause.message : String(cause);
}

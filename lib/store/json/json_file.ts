import { StoreDamagedError } from "../../errors.ts";
import { toWriteError } from "../atomic_file.ts";

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

/** The file's text; null when there is none. @throws StoreDamagedError when it is none or cannot be read. */
export async function readText(path: string): Promise<string | null> {
  let bytes: Uint8Array;
  try {
    bytes = await Deno.readFile(path);
  } catch (cause) {
    if (cause instanceof Deno.errors.NotFound) return null;
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new StoreDamagedError(
      `${path} cannot be read: ${reason}; correct the path or its rights`,
      { cause },
    );
  }
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch (cause) {
    throw new StoreDamagedError(
      `${path} is damaged: it is not UTF-8 text; it was left as it is: put a copy back, or move it away and register again`,
      { cause },
    );
  }
}

/**
 * Runs `work` while no other process or caller holds the lock of the same path, so that what is
 * read in it is still true when it is written back. The lock is the operating system's, on
 * `<path>.lock`: it is let go when the process ends, however it ends. Whoever holds the lock
 * removes its file; whoever got a lock on a file removed meanwhile tries again, so that no two
 * processes hold locks on two files of one name.
 *
 * @throws WriteError when the lock file cannot be made.
 */
export async function withFileLock<T>(
  path: string,
  work: () => Promise<T>,
): Promise<T> {
  using file = await lockFileOf(path);
  try {
    return await work();
  } finally {
    // Windows removes no open file: there the empty file stays, and keeps its meaning.
    await Deno.remove(`${path}.lock`).catch(() => {});
    await file.unlock();
  }
}

async function lockFileOf(path: string): Promise<Deno.FsFile> {
  while (true) {
    const file = await openLockFile(path);
    await file.lock(true);
    const { ino } = await file.stat();
    if (await inodeOf(`${path}.lock`) === ino) return file;
    file.close();
  }
}

/** Tells files of one name apart; undefined when there is none. */
async function inodeOf(path: string): Promise<number | null | undefined> {
  try {
    return (await Deno.stat(path)).ino;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}

async function openLockFile(path: string): Promise<Deno.FsFile> {
  try {
    return await Deno.open(`${path}.lock`, {
      write: true,
      create: true,
      mode: 0o600,
    });
  } catch (error) {
    throw toWriteError(path, error);
  }
}

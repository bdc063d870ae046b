import { toWriteError } from "../atomic_file.ts";

/**
 * Runs `work` while no other process or caller holds the lock of the same path, so that what is
 * read in it is still true when it is written back. The lock is the operating system's, on
 * `<path>.lock`: it is let go when the process ends, however it ends. The empty lock file stays,
 * because removing it would let two processes hold locks on two files of one name.
 *
 * @throws WriteError when the lock file cannot be made.
 */
export async function withFileLock<T>(
  path: string,
  work: () => Promise<T>,
): Promise<T> {
  using file = await openLockFile(path);
  await file.lock(true);
  try {
    return await work();
  } finally {
    await file.unlock();
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

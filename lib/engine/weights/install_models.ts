import { dirname, join } from "node:path";
import { WeightsError, WriteError } from "../../errors.ts";
import {
  checkModelFile,
  type ModelFile,
  modelFiles,
  modelPath,
} from "./model_files.ts";

/** Told how many bytes of a file are here, out of how many. */
type ByteProgress = (doneBytes: number, totalBytes: number) => void;

/** How files are installed. */
interface InstallOptions {
  /** Folder that has the files already; nothing is downloaded then. */
  readonly from?: string;
  /** Where a file goes; its place in this project unless given. */
  readonly place?: (name: string) => string;
  readonly onProgress?: ByteProgress;
}

/** The files that are fetched when they are wanted: FaceNet's. */
export const faceNetFiles: readonly ModelFile[] = modelFiles.filter(
  ({ url }) => url !== undefined,
);

/**
 * Puts a model file in its place, unless the right one is there already.
 *
 * @throws WeightsError when it cannot be had or is not the one the manifest names; WriteError when
 * its place refuses to be written.
 */
export async function installModel(
  file: ModelFile,
  { from, place = modelPath, onProgress }: InstallOptions = {},
): Promise<"present" | "copied" | "downloaded"> {
  const path = place(file.name);
  if (await isRight(file, path)) return "present";
  const folder = dirname(path);
  await writing(folder, () => Deno.mkdir(folder, { recursive: true }));
  if (from === undefined) {
    await downloadModel(file, path, onProgress);
    return "downloaded";
  }
  await copyModel(file, join(from, file.name), path);
  return "copied";
}

async function isRight(file: ModelFile, path: string): Promise<boolean> {
  try {
    await checkModelFile(file, path);
    return true;
  } catch (error) {
    if (error instanceof WeightsError) return false;
    throw error;
  }
}

async function copyModel(
  file: ModelFile,
  source: string,
  path: string,
): Promise<void> {
  await checkModelFile(file, source);
  const part = `${path}.part`;
  await writing(part, async () => {
    await Deno.copyFile(source, part);
    // The copy of a read-only file must give way to a later one.
    if (Deno.build.os !== "windows") await Deno.chmod(part, 0o644);
  });
  await putInPlace(file, part, path);
}

/**
 * Downloads a model file to `path` and checks its size and SHA-256. The bytes go to `path.part`;
 * after an interruption the next call asks the server for the rest only (RFC 9110, Range).
 *
 * @throws WeightsError when the server cannot be reached, refuses, breaks off (what came is kept),
 * or sends another file (which is removed); WriteError when it cannot be written.
 */
async function downloadModel(
  file: ModelFile,
  path: string,
  onProgress: ByteProgress = () => {},
): Promise<void> {
  const part = `${path}.part`;
  const kept = await keptBytes(part, file.bytes);
  if (kept < file.bytes) {
    const { body, start } = await request(file, kept);
    await append(file, part, body, start, onProgress);
  }
  await putInPlace(file, part, path);
}

/**
 * Moves a complete file into its place.
 *
 * @throws WeightsError when it is not the one the manifest names; it is removed.
 */
async function putInPlace(
  file: ModelFile,
  part: string,
  path: string,
): Promise<void> {
  try {
    await checkModelFile(file, part);
  } catch (cause) {
    await Deno.remove(part);
    throw new WeightsError(
      `What came for ${file.name} is not the file that models/manifest.json names, so it was ` +
        "removed; run it again, and if it comes again the file was changed at its source.",
      { cause },
    );
  }
  await writing(path, () => Deno.rename(part, path));
}

/** Bytes of an earlier attempt; a file that became too long is no beginning of the right one. */
async function keptBytes(part: string, totalBytes: number): Promise<number> {
  try {
    const { size } = await Deno.stat(part);
    return size <= totalBytes ? size : 0;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return 0;
    throw error;
  }
}

interface Body {
  readonly body: ReadableStream<Uint8Array>;
  /** Which byte of the file the body starts with. */
  readonly start: number;
}

async function request(file: ModelFile, from: number): Promise<Body> {
  const { url, name } = file;
  if (url === undefined) {
    throw new WeightsError(
      `models/manifest.json names no address for ${name}.`,
    );
  }
  const headers = from > 0 ? { range: `bytes=${from}-` } : undefined;
  const response = await fetch(url, { headers }).catch((cause) => {
    throw new WeightsError(
      `${
        new URL(url).host
      } cannot be reached for ${name}; check the network, or copy the file ` +
        "here by other means and run `deno task models facenet --from FOLDER`.",
      { cause },
    );
  });
  if (response.status === 416) {
    // The server's file ends before what is kept here: start over.
    await response.body?.cancel();
    return request(file, 0);
  }
  if (!response.ok || response.body === null) {
    await response.body?.cancel();
    throw new WeightsError(explainStatus(file, response));
  }
  return { body: response.body, start: startOf(response, from) };
}

/** A server may ignore the range and send all (200), or choose another start. */
function startOf(response: Response, from: number): number {
  if (response.status !== 206) return 0;
  const range = /^bytes (\d+)-/.exec(
    response.headers.get("content-range") ?? "",
  );
  return range === null ? from : Number(range[1]);
}

function explainStatus({ name, url }: ModelFile, response: Response): string {
  const answer = `The server answered ${response.status} ${response.statusText}`
    .trimEnd();
  const advice = response.status >= 500 || response.status === 429
    ? "try again later"
    : "the file may have moved; get it elsewhere and run `deno task models facenet --from FOLDER`";
  return `${answer} for ${name} at ${url}; ${advice}.`;
}

/** Writes a body behind what is kept, never more than the file should have. */
async function append(
  file: ModelFile,
  part: string,
  body: ReadableStream<Uint8Array>,
  start: number,
  onProgress: ByteProgress,
): Promise<void> {
  using out = await writing(
    part,
    () => Deno.open(part, { write: true, create: true }),
  );
  await out.truncate(start);
  await out.seek(start, Deno.SeekMode.Start);
  let done = start;
  try {
    for await (const piece of body) {
      done += piece.length;
      if (done > file.bytes) break;
      await writing(part, () => writeAll(out, piece));
      onProgress(done, file.bytes);
    }
  } catch (cause) {
    if (cause instanceof WriteError) throw cause;
    throw brokenOff(file, cause);
  } finally {
    await out.sync();
  }
  if (done < file.bytes) throw brokenOff(file);
  if (done > file.bytes) {
    await Deno.remove(part);
    throw new WeightsError(
      `What came for ${file.name} is longer than its ${file.bytes} bytes, so it was removed; ` +
        "the file was changed at its source.",
    );
  }
}

function brokenOff({ name }: ModelFile, cause?: unknown): WeightsError {
  return new WeightsError(
    `The download of ${name} broke off; what came is kept, run it again to fetch the rest.`,
    { cause },
  );
}

async function writeAll(out: Deno.FsFile, piece: Uint8Array): Promise<void> {
  for (let written = 0; written < piece.length;) {
    written += await out.write(piece.subarray(written));
  }
}

/** Does something that writes. @throws WriteError when the place refuses to be written. */
async function writing<T>(
  path: string,
  write: () => Promise<T>,
): Promise<T> {
  try {
    return await write();
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new WriteError(
      `${path} cannot be written (${reason}); free space or correct the folder and run it again.`,
      { cause },
    );
  }
}

import { AuditBrokenError } from "../errors.ts";
import { toWriteError } from "./atomic_file.ts";

/** Something that happened to users or at the door. Never an embedding, never a photo's content. */
export type AuditEvent =
  | {
    readonly event: "register";
    readonly user: string;
    readonly modelId: string;
    /** How many photos were added, replaced and unchanged. */
    readonly added: number;
    readonly replaced: number;
    readonly unchanged: number;
  }
  | {
    readonly event: "remove";
    readonly user: string;
    readonly templates: number;
  }
  | {
    readonly event: "rename";
    readonly user: string;
    readonly newName: string;
    readonly templates: number;
  }
  | {
    readonly event: "reseal";
    /** Key ids; null means not sealed. */
    readonly from: string | null;
    readonly to: string | null;
    readonly templates: number;
  }
  | {
    readonly event: "sign-in";
    readonly decision: "accepted" | "rejected" | "refused";
    readonly claimed: string | null;
    /** Who was let in, null when nobody was. */
    readonly user: string | null;
    /** Of the nearest template; null when nothing was compared. */
    readonly distance: number | null;
    readonly threshold: number | null;
    readonly modelId: string;
    /** Why it was refused before anything was compared: too many attempts, or what liveness found. */
    readonly reason?: string;
  };

/** A line of the log: the event, its place and time, and the hash of the line before it. */
export type AuditEntry = AuditEvent & {
  /** Counts from 1. */
  readonly n: number;
  /** ISO 8601 in UTC. */
  readonly time: string;
  /** SHA-256 of the line before, without its line end; 64 zeros in the first line. */
  readonly previous: string;
};

/** What checking the chain found. */
export interface AuditVerdict {
  readonly entries: number;
  /** Line at which the chain breaks, counted from 1; null when it is whole. */
  readonly brokenAt: number | null;
  readonly reason: string;
}

const FIRST_PREVIOUS = "0".repeat(64);
const LINE_END = 0x0a;
/** Longer than any line: names are at most 64 characters. */
const TAIL_BYTES = 16_384;

/**
 * An append-only file of JSON lines in which every line holds the hash of the line before, so that
 * a line changed, removed or put in later breaks the chain at a place that can be named. Lines cut
 * off the end leave a whole chain: who must notice that too keeps the last hash elsewhere.
 */
export class AuditLog {
  constructor(readonly path: string) {}

  /**
   * Appends one event; it is on the disk when the promise resolves. Processes take turns through a
   * lock on the file. A line that a killed process left half written is taken away first.
   *
   * @throws WriteError when the log cannot be written: nothing may happen unrecorded.
   */
  async append(event: AuditEvent): Promise<AuditEntry> {
    try {
      using file = await Deno.open(this.path, {
        read: true,
        write: true,
        create: true,
        mode: 0o600,
      });
      await file.lock(true);
      try {
        return await appendTo(file, event, this.path);
      } finally {
        await file.unlock();
      }
    } catch (error) {
      if (error instanceof AuditBrokenError) throw error;
      throw toWriteError(this.path, error);
    }
  }

  /** All entries, oldest first; a missing file has none. @throws AuditBrokenError at a line that is no entry. */
  async entries(): Promise<AuditEntry[]> {
    return (await this.lines()).map((line, i) =>
      parseEntry(this.path, line, i + 1)
    );
  }

  /** Follows the chain from its first line. */
  async verify(): Promise<AuditVerdict> {
    let previous = FIRST_PREVIOUS;
    const lines = await this.lines();
    for (const [i, line] of lines.entries()) {
      const broken = (reason: string) => ({
        entries: lines.length,
        brokenAt: i + 1,
        reason,
      });
      const entry = tryParse(line);
      if (entry === null) return broken("the line is not an entry");
      if (entry.n !== i + 1) {
        return broken(
          `the line says it is number ${entry.n}: lines were taken out or put in before it`,
        );
      }
      if (entry.previous !== previous) {
        return broken(
          i === 0
            ? "lines before it were taken out"
            : `line ${i} was changed, or lines were taken out or put in between`,
        );
      }
      previous = await sha256(line);
    }
    return { entries: lines.length, brokenAt: null, reason: "" };
  }

  private async lines(): Promise<string[]> {
    try {
      const text = await Deno.readTextFile(this.path);
      // What stands after the last line end is a line that a killed process did not finish.
      return text.split("\n").slice(0, -1);
    } catch (error) {
      if (error instanceof Deno.errors.NotFound) return [];
      throw error;
    }
  }
}

async function appendTo(
  file: Deno.FsFile,
  event: AuditEvent,
  path: string,
): Promise<AuditEntry> {
  const { size } = await file.stat();
  const start = Math.max(0, size - TAIL_BYTES);
  const tail = await readFrom(file, start, size - start);
  const wholeBytes = tail.lastIndexOf(LINE_END) + 1;
  if (wholeBytes < tail.length) await file.truncate(start + wholeBytes);
  const whole = tail.subarray(0, wholeBytes);
  const lineStart = whole.lastIndexOf(LINE_END, -2) + 1;
  const last = new TextDecoder().decode(whole.subarray(lineStart, -1));
  const head = last === ""
    ? { n: 1, previous: FIRST_PREVIOUS }
    : { n: parseEntry(path, last, null).n + 1, previous: await sha256(last) };
  const entry = {
    n: head.n,
    time: new Date().toISOString(),
    ...event,
    previous: head.previous,
  };
  await file.seek(start + wholeBytes, Deno.SeekMode.Start);
  await writeAll(file, new TextEncoder().encode(`${JSON.stringify(entry)}\n`));
  await file.sync();
  return entry;
}

async function readFrom(
  file: Deno.FsFile,
  start: number,
  length: number,
): Promise<Uint8Array> {
  const bytes = new Uint8Array(length);
  await file.seek(start, Deno.SeekMode.Start);
  let read = 0;
  while (read < length) {
    const count = await file.read(bytes.subarray(read));
    if (count === null) break;
    read += count;
  }
  return bytes.subarray(0, read);
}

async function writeAll(file: Deno.FsFile, bytes: Uint8Array): Promise<void> {
  let written = 0;
  while (written < bytes.length) {
    written += await file.write(bytes.subarray(written));
  }
}

function parseEntry(
  path: string,
  line: string,
  number: number | null,
): AuditEntry {
  const entry = tryParse(line);
  if (entry !== null) return entry;
  throw new AuditBrokenError(
    `${path} is damaged: its ${
      number === null ? "last line" : `line ${number}`
    } is not an entry; ` +
      "keep the file for whoever looks into it, and move it away to begin a new one",
  );
}

function tryParse(line: string): AuditEntry | null {
  try {
    const entry: unknown = JSON.parse(line);
    const fits = typeof entry === "object" && entry !== null && "n" in entry &&
      "event" in entry && "previous" in entry && Number.isInteger(entry.n);
    return fits ? entry as AuditEntry : null;
  } catch {
    return null;
  }
}

async function sha256(line: string): Promise<string> {
  const bytes = new TextEncoder().encode(line);
  return new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)).toHex();
}

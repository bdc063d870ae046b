import { AuditBrokenError, FaceSignInError } from "../../errors.ts";
import { toWriteError, writeFileAtomically } from "../atomic_file.ts";
import {
  type AuditHead,
  EMPTY_CHAIN,
  extendChain,
  parseEntry,
  sha256,
} from "./audit_chain.ts";
import type { AuditEntry, AuditEvent } from "./audit_event.ts";
import type { AuditPlace } from "./audit_place.ts";
import { readTail, writeAll } from "./file_bytes.ts";

/** A change of the store that may or may not have happened when a process was killed. */
interface Intent {
  /** Marks the log's lines about it. */
  readonly change: string;
  /** Hash of the store's file once the change is made. */
  readonly storeSha256: string;
  readonly events: readonly AuditEvent[];
}

const LINE_END = 0x0a;
/** Longer than any line: names are at most 64 characters. */
const TAIL_BYTES = 16_384;

/**
 * The audit log as a file of JSON lines, `<path>`, with two small files beside it: `<path>.head`
 * holds where the chain ends, and `<path>.intent` a change of the JSON store while it is made.
 *
 * Two files cannot change in one step, so a change and its lines come about in four:
 *
 *   1. `begin`: the intent is written: the events, and the hash the store's file will have.
 *   2. The store's file is replaced. This decides whether the change happened.
 *   3. `settle`: the events are appended to the log, each marked with the change.
 *   4. The intent is removed.
 *
 * Killed anywhere, the next `settle` finds the intent. If the store's file has another hash the
 * change never happened and the intent is dropped; otherwise the lines that the log does not have
 * yet are appended. So the log has every change that happened, once, and none that did not. The
 * store calls both under its own lock and settles before each change, so there is one intent at most.
 */
export class AuditFile implements AuditPlace {
  constructor(readonly name: string) {}

  /** Processes take turns through a lock on the file. A line that a killed process left half written is taken away first. */
  append(events: readonly AuditEvent[]): Promise<AuditEntry[]> {
    return this.locked((file) => this.appendTo(file, events));
  }

  async lines(): Promise<string[]> {
    const text = await readIfThere(this.name) ?? "";
    // What stands after the last line end is a line that a killed process did not finish.
    return text.split("\n").slice(0, -1);
  }

  async head(): Promise<AuditHead> {
    const path = `${this.name}.head`;
    const text = await readIfThere(path);
    return text === null ? EMPTY_CHAIN : parseBeside<AuditHead>(path, text);
  }

  async unsettled(): Promise<number> {
    return (await this.intent())?.events.length ?? 0;
  }

  /** Step 1. Under the store's lock, when nothing is unsettled. */
  async begin(
    storeSha256: string,
    events: readonly AuditEvent[],
  ): Promise<void> {
    const change = crypto.randomUUID();
    const intent: Intent = { change, storeSha256, events };
    await writeFileAtomically(`${this.name}.intent`, JSON.stringify(intent));
  }

  /** Steps 3 and 4, or nothing if no change was begun. Under the store's lock. */
  async settle(storeSha256: () => Promise<string>): Promise<void> {
    const intent = await this.intent();
    if (intent === null) return;
    if (await storeSha256() === intent.storeSha256) {
      await this.locked((file) => this.appendMissing(file, intent));
    }
    try {
      await Deno.remove(`${this.name}.intent`);
    } catch (error) {
      throw toWriteError(`${this.name}.intent`, error);
    }
  }

  private async appendMissing(
    file: Deno.FsFile,
    { change, events }: Intent,
  ): Promise<void> {
    const mark = `"change":"${change}"`;
    const there = (await this.lines()).filter((line) => line.includes(mark));
    const missing = events.slice(there.length);
    await this.appendTo(file, missing.map((event) => ({ ...event, change })));
  }

  private async appendTo(
    file: Deno.FsFile,
    events: readonly AuditEvent[],
  ): Promise<AuditEntry[]> {
    const { size } = await file.stat();
    const { start, bytes } = await readTail(file, size, TAIL_BYTES);
    const whole = bytes.lastIndexOf(LINE_END) + 1;
    if (whole < bytes.length) await file.truncate(start + whole);
    const last = this.lastHead(bytes.subarray(0, whole));
    const known = await this.head();
    // If lines were cut off, the next one must not close the gap.
    const from = known.entries >= last.entries ? known : last;
    const { entries, lines, head } = extendChain(from, events);
    await file.seek(start + whole, Deno.SeekMode.Start);
    const text = lines.map((line) => `${line}\n`).join("");
    await writeAll(file, new TextEncoder().encode(text));
    await file.sync();
    await writeFileAtomically(`${this.name}.head`, JSON.stringify(head));
    return entries;
  }

  private lastHead(whole: Uint8Array): AuditHead {
    const lineStart = whole.lastIndexOf(LINE_END, -2) + 1;
    const line = new TextDecoder().decode(whole.subarray(lineStart, -1));
    if (line === "") return EMPTY_CHAIN;
    const { n } = parseEntry(this.name, line, "last line");
    return { entries: n, sha256: sha256(line) };
  }

  private async intent(): Promise<Intent | null> {
    const path = `${this.name}.intent`;
    const text = await readIfThere(path);
    return text === null ? null : parseBeside<Intent>(path, text);
  }

  private async locked<T>(
    work: (file: Deno.FsFile) => Promise<T>,
  ): Promise<T> {
    try {
      using file = await Deno.open(this.name, {
        read: true,
        write: true,
        create: true,
        mode: 0o600,
      });
      await file.lock(true);
      try {
        return await work(file);
      } finally {
        await file.unlock();
      }
    } catch (error) {
      if (error instanceof FaceSignInError) throw error;
      throw toWriteError(this.name, error);
    }
  }
}

async function readIfThere(path: string): Promise<string | null> {
  try {
    return await Deno.readTextFile(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return null;
    throw error;
  }
}

/** These files are written whole or not at all: one that cannot be read was edited. */
function parseBeside<T>(path: string, text: string): T {
  try {
    return JSON.parse(text) as T;
  } catch (cause) {
    throw new AuditBrokenError(
      `${path} is damaged; keep it for whoever looks into it, and move it away`,
      { cause },
    );
  }
}

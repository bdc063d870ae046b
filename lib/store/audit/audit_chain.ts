import { createHash } from "node:crypto";
import { AuditBrokenError } from "../../errors.ts";
import type { StoreKey } from "../seal/store_key.ts";
import type { AuditEntry } from "./audit_event.ts";

/** Where a chain ends: how many lines it has and the SHA-256 of the last one. */
interface AuditHead {
  readonly entries: number;
  readonly sha256: string;
}

/** The end of a log as a database has it. */
export interface KeyedHead extends AuditHead {
  /** Number of the last change of the store that was written with it. */
  readonly revision: number;
  /** What the store's key makes of all three; null in a store that is not sealed. */
  readonly mac: string | null;
}

/** What checking the chain found. */
export interface AuditVerdict {
  readonly entries: number;
  /** Line at which the chain breaks, counted from 1; null when it is whole. */
  readonly brokenAt: number | null;
  readonly reason: string;
  /** Hash of the last line; who notes it elsewhere can tell later that nobody wrote the log anew. */
  readonly sha256: string;
  /** Line whose hash was expected; null when none was or there is no such line. */
  readonly expectedAt: number | null;
}

/** A chain without lines. */
export const EMPTY_CHAIN: AuditHead = { entries: 0, sha256: "0".repeat(64) };

/** Makes the next lines of a chain, and where it ends then. @param events with users' numbers */
export function extendChain(
  head: AuditHead,
  events: readonly object[],
): { lines: string[]; head: AuditHead } {
  const time = new Date().toISOString();
  const lines: string[] = [];
  for (const event of events) {
    const n = head.entries + 1;
    const line = JSON.stringify({ n, time, ...event, previous: head.sha256 });
    lines.push(line);
    head = { entries: n, sha256: sha256(line) };
  }
  return { lines, head };
}

/** What a store's key makes of the end of its log. */
export function macOf(
  key: StoreKey | null,
  { entries, sha256, revision }: Omit<KeyedHead, "mac">,
): string | null {
  return key?.mac(JSON.stringify([entries, sha256, revision])) ?? null;
}

/**
 * Follows a chain from its first line to where it is known to have ended. Lines after that are in
 * order: one may be appended while the others are read.
 *
 * @param expected hash of a line that is looked for
 */
export async function verifyChain(
  lines: AsyncIterable<string>,
  end: AuditHead,
  expected?: string,
): Promise<AuditVerdict> {
  let head: AuditHead = EMPTY_CHAIN;
  let expectedAt: number | null = null;
  let broken: { at: number; reason: string } | null = null;
  for await (const line of lines) {
    const reason: string | null = broken === null
      ? breakAt(line, head, end)
      : null;
    if (reason !== null) broken = { at: head.entries + 1, reason };
    head = { entries: head.entries + 1, sha256: sha256(line) };
    if (broken === null && head.sha256 === expected) expectedAt = head.entries;
  }
  const missing = end.entries - head.entries;
  if (broken === null && missing > 0) {
    const reason = `${missing} ${
      missing === 1 ? "line was" : "lines were"
    } cut off the end`;
    broken = { at: head.entries + 1, reason };
  }
  return {
    ...head,
    expectedAt,
    brokenAt: broken?.at ?? null,
    reason: broken?.reason ?? "",
  };
}

/** Why a line does not continue the chain that ended at `head`; null when it does. */
function breakAt(
  line: string,
  head: AuditHead,
  end: AuditHead,
): string | null {
  const [entry, n] = [tryParse(line), head.entries + 1];
  if (entry === null) return "the line is not an entry";
  if (entry.n !== n) {
    return `the line says it is number ${entry.n}: lines were taken out or put in before it`;
  }
  if (entry.previous !== head.sha256) {
    return n === 1
      ? "lines before it were taken out"
      : `line ${head.entries} was changed, or lines were taken out or put in between`;
  }
  const changed = n === end.entries && sha256(line) !== end.sha256;
  return changed ? "the line was changed" : null;
}

/** A line of the log. @throws AuditBrokenError when it is none. */
export function parseEntry(
  place: string,
  line: string,
  which: string,
): AuditEntry {
  const entry = tryParse(line);
  if (entry !== null) return entry;
  throw new AuditBrokenError(
    `${place} is damaged: its ${which} is not an entry; ` +
      "keep it for whoever looks into it, and move it away to begin a new one",
  );
}

/** SHA-256 of a text or bytes, 64 hex digits. */
export function sha256(content: string | Uint8Array): string {
  return createHash("sha256").update(content).digest("hex");
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

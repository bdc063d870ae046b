import { createHash } from "node:crypto";
import { AuditBrokenError } from "../../errors.ts";
import type { AuditEntry, AuditEvent } from "./audit_event.ts";

/** Where a chain ends: how many lines it has and the SHA-256 of the last one. */
export interface AuditHead {
  readonly entries: number;
  readonly sha256: string;
}

/** What checking the chain found. */
export interface AuditVerdict {
  readonly entries: number;
  /** Line at which the chain breaks, counted from 1; null when it is whole. */
  readonly brokenAt: number | null;
  readonly reason: string;
  /** Hash of the last line; who notes it elsewhere can tell later that nobody wrote the log anew. */
  readonly sha256: string;
}

/** A chain without lines. */
export const EMPTY_CHAIN: AuditHead = { entries: 0, sha256: "0".repeat(64) };

/** Makes the next lines of a chain, and where it ends then. */
export function extendChain(
  head: AuditHead,
  events: readonly AuditEvent[],
): { entries: AuditEntry[]; lines: string[]; head: AuditHead } {
  const time = new Date().toISOString();
  const entries: AuditEntry[] = [];
  const lines: string[] = [];
  for (const event of events) {
    const n = head.entries + 1;
    const entry = { n, time, ...event, previous: head.sha256 };
    const line = JSON.stringify(entry);
    entries.push(entry);
    lines.push(line);
    head = { entries: n, sha256: sha256(line) };
  }
  return { entries, lines, head };
}

/**
 * Follows a chain from its first line to where it is known to have ended. Lines after that are in
 * order: a process may have been killed before it wrote the end down.
 */
export function verifyChain(
  lines: readonly string[],
  end: AuditHead,
): AuditVerdict {
  const broken = (brokenAt: number, reason: string) => ({
    entries: lines.length,
    brokenAt,
    reason,
    sha256: lines.length === 0 ? EMPTY_CHAIN.sha256 : sha256(lines.at(-1)!),
  });
  let previous = EMPTY_CHAIN.sha256;
  for (const [i, line] of lines.entries()) {
    const entry = tryParse(line);
    if (entry === null) return broken(i + 1, "the line is not an entry");
    if (entry.n !== i + 1) {
      return broken(
        i + 1,
        `the line says it is number ${entry.n}: lines were taken out or put in before it`,
      );
    }
    if (entry.previous !== previous) {
      return broken(
        i + 1,
        i === 0
          ? "lines before it were taken out"
          : `line ${i} was changed, or lines were taken out or put in between`,
      );
    }
    previous = sha256(line);
    if (i + 1 === end.entries && previous !== end.sha256) {
      return broken(i + 1, "the line was changed");
    }
  }
  const missing = end.entries - lines.length;
  if (missing > 0) {
    return broken(
      lines.length + 1,
      `${missing} ${missing === 1 ? "line was" : "lines were"} cut off the end`,
    );
  }
  return {
    entries: lines.length,
    brokenAt: null,
    reason: "",
    sha256: previous,
  };
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

/** SHA-256 of a text or bytes, 64 hex digits; not waited for, because a database transaction cannot wait. */
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

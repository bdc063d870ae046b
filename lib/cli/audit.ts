/** `deno task audit verify | show`: checks or prints the audit log. */
import "./named_reads.ts";
import { readSettings } from "../config.ts";
import type { AuditLog } from "../store/audit/audit_log.ts";
import type { AuditEntry } from "../store/audit/audit_event.ts";
import { refuseOnJson } from "../store/json/json_store.ts";
import { openNoted } from "./open_noted.ts";
import { answer, runTask, taskCommand } from "./run_task.ts";

const broken = 65;

const audit = taskCommand(
  "audit",
  "Checks or prints the log of registrations, removals and sign-ins.",
  "show andrew",
);
audit.command("verify")
  .description("check that no line was changed, taken out or cut off")
  .option("--expect <hash>", "the hash of a line, noted elsewhere before")
  .action(({ expect }) => withLog((log) => verify(log, expect)));
audit.command("show")
  .description("print the log")
  .argument("[text]", "only the lines that hold this, such as a user's name")
  .action((text) => withLog((log) => show(log, text)));

if (import.meta.main) await runTask(audit);

async function withLog(use: (log: AuditLog) => Promise<void>): Promise<void> {
  await using store = await openNoted(readSettings());
  if (store.audit === null) throw refuseOnJson(store.name, "has no audit log");
  await use(store.audit);
}

async function verify(
  log: AuditLog,
  expected: string | undefined,
): Promise<void> {
  const checked = await log.verify(expected?.toLowerCase());
  const { entries, brokenAt, reason, sha256, expectedAt } = checked;
  const missing = expected !== undefined && expectedAt === null;
  const found = missing
    ? ` No line of it has the hash ${expected}: it was written anew since that was noted, or it is another log.`
    : expectedAt === null
    ? ""
    : ` Line ${expectedAt} has the hash that was expected: nothing up to it was changed since that was noted.`;
  answer({
    exitCode: brokenAt === null && !missing ? 0 : broken,
    result: { log: log.name, ...checked },
    lines: [
      brokenAt === null
        ? `${log.name}: ${entries} entries, the chain is whole and ends with ${sha256}.${found}`
        : `${log.name}: the chain breaks at line ${brokenAt}: ${reason}.${found}`,
    ],
  });
}

async function show(log: AuditLog, text: string | undefined): Promise<void> {
  const shown: { entry: AuditEntry; line: string }[] = [];
  for await (const entry of log.entries()) {
    const line = asLine(entry);
    if (text === undefined || line.includes(text)) shown.push({ entry, line });
  }
  answer({
    result: shown.map(({ entry }) => entry),
    lines: shown.map(({ line }) => line),
  });
}

function asLine(
  { n, time, previous: _previous, ...event }: AuditEntry,
): string {
  const fields = Object.entries(event).filter(([, value]) => value !== null)
    .map(([field, value]) => field === "event" ? value : `${field}=${value}`);
  return `${n}  ${time}  ${fields.join("  ")}`;
}

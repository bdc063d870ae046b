/** `deno task audit verify | show`: checks or prints the audit log. */
import "./named_reads.ts";
import { readSettings } from "../config.ts";
import { SettingError } from "../errors.ts";
import type { AuditLog } from "../store/audit/audit_log.ts";
import type { AuditEntry } from "../store/audit/audit_event.ts";
import { openStore } from "../store/open_store.ts";
import { answer, runTask, taskCommand } from "./run_task.ts";

const broken = 65;

const audit = taskCommand(
  "audit",
  "Checks or prints the log of registrations, removals and sign-ins.",
  "show andrew",
);
audit.command("verify")
  .description("check that no line was changed, taken out or cut off")
  .action(() => withLog(verify));
audit.command("show")
  .description("print the log")
  .argument("[text]", "only the lines that hold this, such as a user's name")
  .action((text) => withLog((log) => show(log, text)));

if (import.meta.main) await runTask(audit);

async function withLog(use: (log: AuditLog) => Promise<void>): Promise<void> {
  // Reading the log takes no key.
  const settings = { ...readSettings(), storeKey: "", storeKeyFile: "" };
  const store = await openStore(settings);
  try {
    if (store.audit === null) {
      throw new SettingError(
        `a JSON store such as ${store.name} has no audit log; set store=./faces.db`,
      );
    }
    await use(store.audit);
  } finally {
    await store.close();
  }
}

async function verify(log: AuditLog): Promise<void> {
  const checked = await log.verify();
  const { entries, brokenAt, reason, sha256 } = checked;
  answer({
    exitCode: brokenAt === null ? 0 : broken,
    result: { log: log.name, ...checked },
    lines: [
      brokenAt === null
        ? `${log.name}: ${entries} entries, the chain is whole and ends with ${sha256}.`
        : `${log.name}: the chain breaks at line ${brokenAt}: ${reason}.`,
    ],
  });
}

async function show(log: AuditLog, text: string | undefined): Promise<void> {
  const entries = (await log.entries())
    .map((entry) => ({ entry, line: asLine(entry) }))
    .filter(({ line }) => text === undefined || line.includes(text));
  answer({
    result: entries.map(({ entry }) => entry),
    lines: entries.map(({ line }) => line),
  });
}

function asLine(
  { n, time, previous: _previous, ...event }: AuditEntry,
): string {
  const fields = Object.entries(event).filter(([, value]) => value !== null)
    .map(([field, value]) => field === "event" ? value : `${field}=${value}`);
  return `${n}  ${time}  ${fields.join("  ")}`;
}

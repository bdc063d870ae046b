/** `deno task audit verify | show`: checks or prints the audit log. */
import { readSettings } from "../config.ts";
import { UsageError } from "../errors.ts";
import type { AuditEntry, AuditLog } from "../store/audit/audit_log.ts";
import { openAudit } from "../store/open_store.ts";
import { runTask } from "./run_task.ts";

const usage = "deno task audit verify | show [NAME]";
const whole = 0;
const broken = 65;

if (import.meta.main) await runTask(audit);

async function audit([command, name, ...rest]: string[]): Promise<number> {
  const fits = rest.length === 0 &&
    (command === "show" || command === "verify" && name === undefined);
  if (!fits) throw new UsageError(`usage: ${usage}`);
  const { audit: log, close } = await openAudit(readSettings());
  try {
    return command === "verify" ? await verify(log) : await show(log, name);
  } finally {
    await close();
  }
}

async function verify(log: AuditLog): Promise<number> {
  const { entries, brokenAt, reason, sha256 } = await log.verify();
  const unsettled = await log.unsettled();
  if (unsettled > 0) {
    console.log(
      `A change of the store was interrupted; if it was made, the next task that opens the store adds its ${unsettled} entries.`,
    );
  }
  if (brokenAt === null) {
    console.log(
      `${log.name}: ${entries} entries, the chain is whole and ends with ${sha256}.`,
    );
    return whole;
  }
  console.log(`${log.name}: the chain breaks at line ${brokenAt}: ${reason}.`);
  return broken;
}

async function show(log: AuditLog, name: string | undefined): Promise<number> {
  for (const entry of await log.entries()) {
    const text = describe(entry);
    if (name === undefined || text.includes(name)) console.log(text);
  }
  return whole;
}

function describe(
  { n, time, previous: _previous, change: _change, ...event }: AuditEntry,
): string {
  const fields = Object.entries(event).filter(([, value]) => value !== null)
    .map(([field, value]) => field === "event" ? value : `${field}=${value}`);
  return `${n}  ${time}  ${fields.join("  ")}`;
}

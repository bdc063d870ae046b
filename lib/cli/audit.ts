/** `deno task audit verify | show`: checks or prints the audit log. */
import { readSettings } from "../config.ts";
import { UsageError } from "../errors.ts";
import { type AuditEntry, AuditLog } from "../store/audit_log.ts";
import { runTask } from "./run_task.ts";

const usage = "deno task audit verify | show [NAME]";
const whole = 0;
const broken = 65;

if (import.meta.main) await runTask(audit);

async function audit([command, name, ...rest]: string[]): Promise<number> {
  const fits = rest.length === 0 &&
    (command === "show" || command === "verify" && name === undefined);
  if (!fits) throw new UsageError(`usage: ${usage}`);
  const log = new AuditLog(readSettings().auditPath);
  return command === "verify" ? await verify(log) : await show(log, name);
}

async function verify(log: AuditLog): Promise<number> {
  const { entries, brokenAt, reason } = await log.verify();
  if (brokenAt === null) {
    console.log(`${log.path}: ${entries} entries, the chain is whole.`);
    return whole;
  }
  console.log(`${log.path}: the chain breaks at line ${brokenAt}: ${reason}.`);
  return broken;
}

async function show(log: AuditLog, name: string | undefined): Promise<number> {
  for (const entry of await log.entries()) {
    const text = describe(entry);
    if (name === undefined || text.includes(name)) console.log(text);
  }
  return whole;
}

function describe({ n, time, previous: _, ...event }: AuditEntry): string {
  const fields = Object.entries(event).filter(([, value]) => value !== null)
    .map(([field, value]) => field === "event" ? value : `${field}=${value}`);
  return `${n}  ${time}  ${fields.join("  ")}`;
}

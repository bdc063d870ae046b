import assert from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import { AuditBrokenError } from "../../lib/errors.ts";
import type { AuditLog } from "../../lib/store/audit/audit_log.ts";
import type { AuditEvent } from "../../lib/store/audit/audit_event.ts";
import {
  type AuditVerdict,
  extendChain,
  sha256,
} from "../../lib/store/audit/audit_chain.ts";
import { openAt } from "./open_at.ts";
import { withTempFolder } from "./temp_folder.ts";

const removal = (i: number): AuditEvent => ({
  event: "remove",
  user: `user_${i}`,
  templates: i,
});

const databaseIn = (folder: string) => `${folder}/faces.db`;

async function logIn(folder: string): Promise<AuditLog> {
  return (await openAt(databaseIn(folder))).audit!;
}

async function filled(folder: string, entries: number): Promise<AuditLog> {
  const log = await logIn(folder);
  for (let i = 1; i <= entries; i++) await log.append(removal(i));
  return log;
}

/** Changes the lines behind the program's back. */
function rewrite(folder: string, change: (lines: string[]) => void): void {
  const db = new DatabaseSync(databaseIn(folder));
  const lines = db.prepare("SELECT line FROM audit ORDER BY n").all()
    .map(({ line }) => String(line));
  change(lines);
  db.exec("DELETE FROM audit");
  const insert = db.prepare("INSERT INTO audit VALUES (?, ?)");
  for (const [i, line] of lines.entries()) insert.run(i + 1, line);
  db.close();
}

Deno.test({
  name: "the audit log keeps every event in order, and its chain is whole",
  fn: () =>
    withTempFolder(async (folder) => {
      const log = await logIn(folder);
      assertWhole(await log.verify(), 0);
      for (let i = 1; i <= 30; i++) await log.append(removal(i));
      assert.deepEqual(
        (await Array.fromAsync(log.entries())).map(({ n }) => n),
        Array.from({ length: 30 }, (_, i) => i + 1),
      );
      assertWhole(await log.verify(), 30);
    }),
});

function assertWhole(verdict: AuditVerdict, lines: number): void {
  const { entries, brokenAt, reason } = verdict;
  assert.deepEqual([entries, brokenAt, reason], [lines, null, ""]);
}

const TAMPERINGS: [
  what: string,
  change: (lines: string[]) => void,
  brokenAt: number,
][] = [
  [
    "a changed line",
    (lines) => lines[3] = lines[3]!.replace('s":4', 's":5'),
    5,
  ],
  ["a line taken out", (lines) => lines.splice(3, 1), 4],
  ["the first line taken out", (lines) => lines.splice(0, 1), 1],
  ["two lines swapped", (lines) => lines.splice(3, 2, lines[4]!, lines[3]!), 4],
  ["a line put in", (lines) => lines.splice(3, 0, lines[2]!), 4],
  ["a line that is not JSON", (lines) => lines[6] = "hello", 7],
  [
    "a line put in after the last, as anybody can make it",
    (lines) => {
      const head = { entries: 8, sha256: sha256(lines[7]!) };
      lines.push(...extendChain(head, [removal(9)]).lines);
    },
    9,
  ],
  [
    "the last line changed",
    (lines) => lines[7] = lines[7]!.replace('s":8', 's":9'),
    8,
  ],
  ["the last line cut off", (lines) => lines.splice(7, 1), 8],
  ["three lines cut off the end", (lines) => lines.splice(5, 3), 6],
  ["all lines cut off", (lines) => lines.splice(0, 8), 1],
];

for (const [what, change, brokenAt] of TAMPERINGS) {
  Deno.test({
    name: `verify() of the audit log locates the break: ${what}`,
    fn: () =>
      withTempFolder(async (folder) => {
        const log = await filled(folder, 8);
        rewrite(folder, change);
        assert.equal((await log.verify()).brokenAt, brokenAt);
      }),
  });
}

Deno.test({
  name:
    "lines cut off the end are counted, and the next line does not hide that they are missing",
  fn: () =>
    withTempFolder(async (folder) => {
      const log = await filled(folder, 8);
      rewrite(folder, (lines) => lines.splice(5, 3));
      assert.match(
        (await log.verify()).reason,
        /^3 lines were cut off the end$/,
      );
      await log.append(removal(9));
      const { brokenAt, reason } = await log.verify();
      assert.equal(brokenAt, 6);
      assert.match(reason, /says it is number 9: lines were taken out/);
    }),
});

Deno.test({
  name: "entries() names a line that is none",
  fn: () =>
    withTempFolder(async (folder) => {
      const log = await filled(folder, 3);
      rewrite(folder, (lines) => lines[1] = "hello");
      await assert.rejects(
        () => Array.fromAsync(log.entries()),
        (error) =>
          error instanceof AuditBrokenError && /its line 2/.test(error.message),
      );
    }),
});

import assert from "node:assert/strict";
import { AuditBrokenError } from "../../lib/errors.ts";
import { AuditFile } from "../../lib/store/audit/audit_file.ts";
import {
  type AuditEvent,
  AuditLog,
  type AuditVerdict,
} from "../../lib/store/audit/audit_log.ts";
import { withTempFolder } from "./temp_folder.ts";

const removal = (i: number): AuditEvent => ({
  event: "remove",
  user: `user_${i}`,
  templates: i,
});

async function filled(folder: string, entries: number): Promise<AuditLog> {
  const log = new AuditLog(`${folder}/audit`);
  for (let i = 1; i <= entries; i++) await log.append(removal(i));
  return log;
}

Deno.test({
  name:
    "the audit log keeps every event in order, for its owner's eyes only, and its chain is whole",
  fn: () =>
    withTempFolder(async (folder) => {
      const log = await filled(folder, 30);
      assert.deepEqual(
        (await log.entries()).map(({ n }) => n),
        Array.from({ length: 30 }, (_, i) => i + 1),
      );
      assertWhole(await log.verify(), 30);
      assert.equal(Deno.statSync(log.name).mode! & 0o777, 0o600);
    }),
});

Deno.test({
  name: "an audit log that does not exist yet is empty and whole",
  fn: () =>
    withTempFolder(async (folder) => {
      const log = new AuditLog(`${folder}/audit`);
      assert.deepEqual(await log.entries(), []);
      assert.equal((await log.verify()).brokenAt, null);
    }),
});

Deno.test({
  name:
    "entries appended at once from several logs on one file all stand in one whole chain",
  fn: () =>
    withTempFolder(async (folder) => {
      const logs = [1, 2, 3].map(() => new AuditLog(`${folder}/audit`));
      await Promise.all(
        Array.from({ length: 30 }, (_, i) => logs[i % 3]!.append(removal(i))),
      );
      assertWhole(await logs[0]!.verify(), 30);
      const users = new Set((await logs[1]!.entries()).map((entry) =>
        entry.event === "remove" && entry.user
      ));
      assert.equal(users.size, 30);
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
    (lines) => lines[3] = lines[3]!.replace("user_4", "user_5"),
    5,
  ],
  ["a line taken out", (lines) => lines.splice(3, 1), 4],
  ["the first line taken out", (lines) => lines.splice(0, 1), 1],
  ["two lines swapped", (lines) => lines.splice(3, 2, lines[4]!, lines[3]!), 4],
  ["a line put in", (lines) => lines.splice(3, 0, lines[2]!), 4],
  ["a line that is not JSON", (lines) => lines[6] = "hello", 7],
  [
    "the last line changed",
    (lines) => lines[7] = lines[7]!.replace("user_8", "user_9"),
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
        const lines = Deno.readTextFileSync(log.name).split("\n");
        change(lines);
        Deno.writeTextFileSync(log.name, lines.join("\n"));
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
      const lines = Deno.readTextFileSync(log.name).split("\n");
      Deno.writeTextFileSync(log.name, lines.toSpliced(5, 3).join("\n"));
      assert.match(
        (await log.verify()).reason,
        /^3 lines were cut off the end$/,
      );
      assert.equal((await log.append(removal(9))).n, 9);
      const { brokenAt, reason } = await log.verify();
      assert.equal(brokenAt, 6);
      assert.match(reason, /says it is number 9: lines were taken out/);
    }),
});

Deno.test({
  name:
    "a line whose process was killed before it noted the new end is in order",
  fn: () =>
    withTempFolder(async (folder) => {
      const log = await filled(folder, 3);
      const head = Deno.readTextFileSync(`${log.name}.head`);
      await log.append(removal(4));
      Deno.writeTextFileSync(`${log.name}.head`, head);
      assertWhole(await log.verify(), 4);
      await log.append(removal(5));
      assertWhole(await log.verify(), 5);
    }),
});

Deno.test({
  name:
    "an interrupted change is taken down once if it was made, wherever it was interrupted, and never if it was not",
  fn: () =>
    withTempFolder(async (folder) => {
      const file = new AuditFile(`${folder}/audit`);
      const log = new AuditLog(file);
      const events = [removal(1), removal(2), removal(3)];
      const settle = (store: string) =>
        file.settle(() => Promise.resolve(store));
      await file.begin("after", events);
      assert.equal(await log.unsettled(), 3);
      await settle("before");
      assert.deepEqual(await log.entries(), []);
      assert.equal(await log.unsettled(), 0);
      await file.begin("after", events);
      const intent = Deno.readTextFileSync(`${log.name}.intent`);
      await settle("after");
      const whole = Deno.readTextFileSync(log.name);
      assert.equal((await log.entries()).length, 3);
      // Killed after any byte of the lines, and before or after the end was noted.
      const head = Deno.readTextFileSync(`${log.name}.head`);
      for (let bytes = 0; bytes <= whole.length; bytes += 7) {
        Deno.writeTextFileSync(log.name, whole.slice(0, bytes));
        Deno.removeSync(`${log.name}.head`);
        if (bytes + 7 > whole.length) {
          Deno.writeTextFileSync(log.name, whole);
          Deno.writeTextFileSync(`${log.name}.head`, head);
        }
        Deno.writeTextFileSync(`${log.name}.intent`, intent);
        await settle("after");
        assert.deepEqual(
          (await log.entries()).map((entry) =>
            entry.event === "remove" && entry.user
          ),
          ["user_1", "user_2", "user_3"],
        );
        assertWhole(await log.verify(), 3);
      }
    }),
});

Deno.test({
  name:
    "a line that a killed process left half written is taken away by the next append, at whatever byte it was cut",
  fn: () =>
    withTempFolder(async (folder) => {
      const log = await filled(folder, 2);
      const whole = Deno.readTextFileSync(log.name);
      const head = Deno.readTextFileSync(`${log.name}.head`);
      const next = '{"n":3,"time":"2026","event":"rem';
      for (let length = 1; length <= next.length; length++) {
        Deno.writeTextFileSync(log.name, whole + next.slice(0, length));
        Deno.writeTextFileSync(`${log.name}.head`, head);
        assert.equal((await log.verify()).entries, 2);
        assert.equal((await log.append(removal(3))).n, 3);
        assertWhole(await log.verify(), 3);
      }
    }),
});

Deno.test({
  name: "the audit log does not go on after a last line that is no entry",
  fn: () =>
    withTempFolder(async (folder) => {
      const log = new AuditLog(`${folder}/audit`);
      Deno.writeTextFileSync(log.name, "hello\n");
      await assert.rejects(() => log.append(removal(1)), AuditBrokenError);
    }),
});

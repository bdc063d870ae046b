import assert from "node:assert/strict";
import { AuditBrokenError } from "../../lib/errors.ts";
import { type AuditEvent, AuditLog } from "../../lib/store/audit_log.ts";
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
      assert.deepEqual(await log.verify(), {
        entries: 30,
        brokenAt: null,
        reason: "",
      });
      assert.equal(Deno.statSync(log.path).mode! & 0o777, 0o600);
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
      const verdict = await logs[0]!.verify();
      assert.deepEqual(verdict, { entries: 30, brokenAt: null, reason: "" });
      const users = new Set((await logs[1]!.entries()).map((entry) =>
        entry.event === "remove" && entry.user
      ));
      assert.equal(users.size, 30);
    }),
});

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
];

for (const [what, change, brokenAt] of TAMPERINGS) {
  Deno.test({
    name: `verify() of the audit log locates the break: ${what}`,
    fn: () =>
      withTempFolder(async (folder) => {
        const log = await filled(folder, 8);
        const lines = Deno.readTextFileSync(log.path).split("\n");
        change(lines);
        Deno.writeTextFileSync(log.path, lines.join("\n"));
        assert.equal((await log.verify()).brokenAt, brokenAt);
      }),
  });
}

Deno.test({
  name:
    "a line that a killed process left half written is taken away by the next append, at whatever byte it was cut",
  fn: () =>
    withTempFolder(async (folder) => {
      const log = await filled(folder, 2);
      const whole = Deno.readTextFileSync(log.path);
      const next = '{"n":3,"time":"2026","event":"rem';
      for (let length = 1; length <= next.length; length++) {
        Deno.writeTextFileSync(log.path, whole + next.slice(0, length));
        assert.equal((await log.verify()).entries, 2);
        assert.equal((await log.append(removal(3))).n, 3);
        assert.deepEqual(await log.verify(), {
          entries: 3,
          brokenAt: null,
          reason: "",
        });
      }
    }),
});

Deno.test({
  name: "the audit log does not go on after a last line that is no entry",
  fn: () =>
    withTempFolder(async (folder) => {
      const log = new AuditLog(`${folder}/audit`);
      Deno.writeTextFileSync(log.path, "hello\n");
      await assert.rejects(() => log.append(removal(1)), AuditBrokenError);
    }),
});

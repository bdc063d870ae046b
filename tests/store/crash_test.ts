import assert from "node:assert/strict";
import { isDeepStrictEqual } from "node:util";
import { AuditLog } from "../../lib/store/audit_log.ts";
import { openStoreAt } from "../../lib/store/open_store.ts";
import { parseStorePlace } from "../../lib/store/store_place.ts";
import { stateAfter, vaultAfter } from "./changes.ts";
import { postgresMissing, startPostgres } from "./postgres_server.ts";
import {
  SAMPLE_MODEL,
  sampleTemplate,
  seededRandom,
} from "./sample_templates.ts";
import { withTempFolder } from "./temp_folder.ts";

/** How often each store's process is killed; KILLS=300 for a thorough run. */
const KILLS = Number(Deno.env.get("KILLS") ?? 30);
const random = seededRandom(Number(Deno.env.get("SEED") ?? 1));

interface Place {
  readonly name: string;
  readonly missing: string | null;
  /** Gives `work` the address of an empty store, and of a second one. */
  with(work: (address: string, second: string) => Promise<void>): Promise<void>;
}

const places: Place[] = [
  {
    name: "JSON",
    missing: null,
    with: (work) =>
      withTempFolder((folder) => work(`${folder}/a.json`, `${folder}/b.json`)),
  },
  {
    name: "SQLite",
    missing: null,
    with: (work) =>
      withTempFolder((folder) => work(`${folder}/a.db`, `${folder}/b.db`)),
  },
  {
    name: "PostgreSQL 15",
    missing: postgresMissing(),
    async with(work) {
      const server = await startPostgres();
      try {
        await work(server.url, server.url.replace(/postgres$/, "template1"));
      } finally {
        await server.stop();
      }
    },
  },
];

function start(
  task: string,
  address: string,
  argument = "",
): Deno.ChildProcess {
  return new Deno.Command(Deno.execPath(), {
    args: [
      "run",
      "--allow-all",
      "--no-check",
      "tests/store/store_process.ts",
      task,
      address,
      argument,
    ],
    stdin: "null",
    stdout: "piped",
    stderr: "inherit",
  }).spawn();
}

/** Kills the process a while after it said it is ready; answers how often it said "done". */
async function killAfter(
  child: Deno.ChildProcess,
  ms: number,
): Promise<number> {
  let said = "";
  let timer: ReturnType<typeof setTimeout> | undefined;
  for await (const text of child.stdout.pipeThrough(new TextDecoderStream())) {
    said += text;
    timer ??= setTimeout(() => {
      try {
        child.kill("SIGKILL");
      } catch {
        // It had ended by itself already.
      }
    }, ms);
  }
  clearTimeout(timer);
  const { success, signal } = await child.status;
  assert.ok(success || signal === "SIGKILL", "the process failed by itself");
  return said.split("done").length - 1;
}

async function read(address: string, changes: number | null) {
  const vault = changes === null ? null : await vaultAfter(changes);
  const store = await openStoreAt(
    parseStorePlace(address),
    SAMPLE_MODEL,
    vault,
  );
  try {
    return await store.templates();
  } finally {
    await store.close();
  }
}

/** How many changes the store has, given how many were reported: that many, or one more that was not reported. */
async function countChanges(
  address: string,
  reported: number,
): Promise<number> {
  for (const count of [reported, reported + 1]) {
    // With the wrong one of both the key may be the wrong one too.
    const held = await read(address, count).catch(() => null);
    if (isDeepStrictEqual(held, stateAfter(count))) return count;
  }
  assert.fail(
    `after ${reported} changes the store holds neither these nor one more`,
  );
}

for (const place of places) {
  const skipped = place.missing === null ? "" : ` (skipped: ${place.missing})`;

  Deno.test({
    name:
      `${place.name} store: a process killed ${KILLS} times while registering, replacing, removing and changing keys leaves exactly what was committed${skipped}`,
    ignore: place.missing !== null,
    fn: () =>
      withTempFolder((folder) =>
        place.with(async (address) => {
          const audit = new AuditLog(`${folder}/audit`);
          let [changes, unreported] = [0, 0];
          for (let kill = 0; kill < KILLS; kill++) {
            const child = start("change", address, `${changes},${audit.path}`);
            const reported = changes + await killAfter(child, random() * 120);
            changes = await countChanges(address, reported);
            unreported += changes - reported;
            const { brokenAt } = await audit.verify();
            assert.equal(brokenAt, null);
          }
          const entries = await audit.entries();
          assert.ok(
            entries.length >= changes - unreported && entries.length <= changes,
          );
          console.log(
            `${place.name}: ${KILLS} kills, ${changes} changes committed, ${unreported} of them between commit and report, 0 lost; audit chain of ${entries.length} whole`,
          );
        })
      ),
  });

  Deno.test({
    name:
      `${place.name} store: a copy killed at any point is empty or whole, and can be made again${skipped}`,
    ignore: place.missing !== null,
    fn: () =>
      place.with(async (address, second) => {
        const store = await openStoreAt(
          parseStorePlace(address),
          SAMPLE_MODEL,
          null,
        );
        const all = Array.from({ length: 2000 }, (_, i) =>
          sampleTemplate(`user_${i % 99}`, i));
        await store.put(all);
        await store.close();
        const counts = { empty: 0, whole: 0 };
        for (let kill = 0; kill < Math.max(4, KILLS / 3); kill++) {
          await killAfter(start("copy", address, second), random() * 150);
          const held = await read(second, null);
          assert.ok(held.length === 0 || isDeepStrictEqual(held, all));
          counts[held.length === 0 ? "empty" : "whole"]++;
        }
        await killAfter(start("copy", address, second), 60_000);
        assert.deepEqual(await read(second, null), all);
        console.log(
          `${place.name}: copies killed: ${counts.empty} empty, ${counts.whole} whole, 0 in between`,
        );
      }),
  });

  Deno.test({
    name:
      `${place.name} store: four processes registering at once lose nothing${skipped}`,
    ignore: place.missing !== null,
    fn: () =>
      place.with(async (address) => {
        const children = [1, 2, 3, 4].map((i) =>
          start("register", address, String(i))
        );
        for (const child of children) assert.ok((await child.output()).success);
        const held = await read(address, null);
        const photosOf = (user: string) =>
          held.filter((each) => each.user === user).map(({ photo }) => photo);
        const expected = Array.from({ length: 60 }, (_, i) => `photo_${i}.jpg`);
        for (const i of [1, 2, 3, 4]) {
          assert.deepEqual(photosOf(`user_${i}`), expected);
        }
        console.log(
          `${place.name}: 4 processes x 60 registrations, ${held.length} kept, ${
            240 - held.length
          } lost`,
        );
      }),
  });
}

const noMounts = await cannotMount();

for (const [ending, size] of [["json", "100k"], ["db", "2m"]]) {
  Deno.test({
    name:
      `a full disk is reported by the .${ending} store and leaves the old state${
        noMounts ? " (skipped: unshare may not mount here)" : ""
      }`,
    ignore: noMounts,
    fn: () =>
      withTempFolder(async (folder) => {
        const script =
          `mount -t tmpfs -o size=${size} none ${folder} && exec ${Deno.execPath()} run -A --no-check ` +
          `tests/store/store_process.ts fill ${folder}/full.${ending}`;
        const { stdout, success } = await new Deno.Command("unshare", {
          args: ["--map-root-user", "--mount", "sh", "-c", script],
          stderr: "inherit",
        }).output();
        assert.ok(success);
        const [message, state] = new TextDecoder().decode(stdout).trim().split(
          "\n",
        );
        assert.match(
          message!,
          /the disk is full; free some space and run it again/,
        );
        const { count, held } = JSON.parse(state!);
        assert.ok(count > 50);
        assert.deepEqual(
          held,
          Array.from({ length: count }, (_, i) => `photo_${i}.jpg`),
        );
      }),
  });
}

async function cannotMount(): Promise<boolean> {
  const args = [
    "--map-root-user",
    "--mount",
    "mount",
    "-t",
    "tmpfs",
    "none",
    "/mnt",
  ];
  try {
    const command = new Deno.Command("unshare", {
      args,
      stdout: "null",
      stderr: "null",
    });
    return !(await command.output()).success;
  } catch {
    return true;
  }
}

import assert from "node:assert/strict";
import { isDeepStrictEqual } from "node:util";
import { StoreKeyError } from "../../lib/errors.ts";
import {
  chipOf,
  eventsAfter,
  REMOVED,
  stateAfter,
  storeAfter,
} from "./changes.ts";
import { killAfter, ProcessQueue } from "./killed_process.ts";
import type { Template } from "../../lib/match/gallery.ts";
import { openAt } from "./open_at.ts";
import { runSql } from "./postgres_server.ts";
import { sampleTemplate, seededRandom } from "./sample_templates.ts";
import { storePlaces } from "./store_places.ts";

/** How often each store's process is killed; KILLS=1000 for a thorough run. */
const KILLS = Number(Deno.env.get("KILLS") ?? 100);
const random = seededRandom(Number(Deno.env.get("SEED") ?? 1));

/** The store's templates and its log, as somebody finds them who made `changes` changes; null if the key is another. */
async function read(address: string, changes: number) {
  const store = await storeAfter(address, changes);
  try {
    const templates = await store.templates();
    const chips = await Promise.all(
      templates.map(({ user, photo }) => store.chip(user, photo)),
    );
    return {
      templates,
      chips,
      log: store.audit === null
        ? null
        : await Array.fromAsync(store.audit.entries()),
      brokenAt: (await store.audit?.verify())?.brokenAt ?? null,
    };
  } catch (error) {
    if (error instanceof StoreKeyError) return null;
    throw error;
  } finally {
    await store.close();
  }
}

/**
 * How many changes the store has, given how many were reported: that many, or one more that was
 * committed but not reported. The log, where there is one, must tell of exactly as many.
 */
async function countChanges(
  address: string,
  reported: number,
): Promise<number> {
  if (address.startsWith("postgres")) await allEnded(address);
  for (const count of [reported, reported + 1]) {
    const held = await read(address, count).catch((error) => {
      if (error instanceof StoreKeyError) return null;
      throw error;
    });
    if (!isDeepStrictEqual(held?.templates, stateAfter(count))) continue;
    const log = held!.log?.map(
      ({ n: _, time: _time, previous: _previous, ...event }) =>
        "user" in event && event.user?.startsWith(REMOVED)
          ? { ...event, user: REMOVED }
          : event,
    );
    if (log !== undefined) assert.deepEqual(log, eventsAfter(count));
    assert.equal(held!.brokenAt, null);
    const { templates, chips } = held!;
    if (log !== undefined) assert.deepEqual(chips, templates.map(chipOf));
    else requireOwnChips(address, templates, chips);
    return count;
  }
  assert.fail(
    `after ${reported} changes the store holds neither these nor one more`,
  );
}

/** A server finishes the statement of a client that was killed. */
async function allEnded(url: string): Promise<void> {
  const others =
    "SELECT 1 FROM pg_stat_activity WHERE application_name = 'face-sign-in'";
  while ((await runSql(url, others)).rows.length > 0) {
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

/** Beside a JSON file a chip may be missing after a kill, but none is another's or nobody's. */
function requireOwnChips(
  address: string,
  templates: readonly Template[],
  chips: readonly (Uint8Array | null)[],
): void {
  const own = templates.filter((_, i) => chips[i] !== null);
  assert.deepEqual(chips.filter((chip) => chip !== null), own.map(chipOf));
  const folder = `${address}.chips`;
  const files = filesIn(folder).flatMap((user) =>
    filesIn(`${folder}/${user}`).map((file) => `${user}/${file}`)
  ).filter((file) => {
    // A chip that was being written belongs to a photo that is kept, and goes with it.
    const [user, photo] = file.replace(/\.png\.tmp$/, "").split("/");
    return !templates.some((each) =>
      each.user === user && each.photo === photo
    );
  });
  assert.deepEqual(
    files.sort(),
    own.map(({ user, photo }) => `${user}/${photo}.png`).sort(),
  );
}

function filesIn(folder: string): string[] {
  try {
    return [...Deno.readDirSync(folder)].map(({ name }) => name);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return [];
    throw error;
  }
}

async function templatesAt(address: string) {
  const store = await openAt(address);
  try {
    return await store.templates();
  } finally {
    await store.close();
  }
}

for (const place of storePlaces) {
  const skipped = place.missing === null ? "" : ` (skipped: ${place.missing})`;

  Deno.test({
    name:
      `${place.name} store: a process killed ${KILLS} times while registering, replacing, removing and changing keys leaves exactly what was committed, and the audit log tells of exactly that${skipped}`,
    ignore: place.missing !== null,
    fn: () =>
      place.with(async (address) => {
        await using queue = new ProcessQueue(2);
        let [changes, unreported, longestMs] = [0, 0, 40];
        for (let kill = 0; kill < KILLS; kill++) {
          const child = await queue.start("change", address, `${changes}`);
          const { done } = await killAfter(child, random() * longestMs);
          // About as long as two changes take on this machine, however busy it is.
          if (done !== 1) longestMs *= done === 0 ? 1.05 : 0.98;
          const reported = changes + done;
          changes = await countChanges(address, reported);
          unreported += changes - reported;
        }
        console.log(
          `${place.name}: ${KILLS} kills, ${changes} changes committed, ${unreported} of them between commit and report, 0 lost; the audit chain is whole and tells of all of them`,
        );
      }),
  });

  Deno.test({
    name:
      `${place.name} store: a copy killed before, at or after its commit is empty or whole, and can be made again${skipped}`,
    ignore: place.missing !== null,
    fn: () =>
      place.with(async (address, second, forgetSecond) => {
        const store = await openAt(address);
        const all = Array.from({ length: 500 }, (_, i) =>
          sampleTemplate(`user_${i % 99}`, i));
        await store.put(all);
        await store.close();
        await using queue = new ProcessQueue(2);
        const copy = () =>
          queue.start("copy", address, second);
        let { doneAfterMs: ms } = await killAfter(await copy(), 60_000);
        assert.deepEqual(await templatesAt(second), all);
        const counts = { empty: 0, whole: 0, done: 0 };
        for (let kill = 0; kill < KILLS / 4; kill++) {
          await forgetSecond();
          const { done } = await killAfter(await copy(), ms);
          const held = await templatesAt(second);
          const empty = held.length === 0;
          assert.ok(empty || isDeepStrictEqual(held, all));
          counts[empty ? "empty" : done > 0 ? "done" : "whole"]++;
          // Later after a kill that came before the commit, earlier after one that came behind it.
          ms *= empty ? 1 + 0.2 * random() : 1 - 0.2 * random();
        }
        await killAfter(await copy(), 60_000);
        assert.deepEqual(await templatesAt(second), all);
        console.log(
          `${place.name}: copies killed: ${counts.empty} before the commit and empty, ${counts.whole} after it and whole, ${counts.done} ended first, 0 in between`,
        );
      }),
  });

  Deno.test({
    name:
      `${place.name} store: four processes registering at once lose nothing${skipped}`,
    ignore: place.missing !== null,
    fn: () =>
      place.with(async (address) => {
        await using queue = new ProcessQueue(4);
        const children = await Promise.all(
          [1, 2, 3, 4].map((i) => queue.start("register", address, String(i))),
        );
        for (const child of children) assert.ok((await child.output()).success);
        const held = await templatesAt(address);
        const photosOf = (user: string) =>
          held.filter((each) => each.user === user).map(({ photo }) => photo);
        const expected = Array.from({ length: 60 }, (_, i) => `photo_${i}.jpg`);
        for (const i of [1, 2, 3, 4]) {
          assert.deepEqual(photosOf(`user_${i}`), expected);
        }
        const store = await openAt(address);
        const { entries, brokenAt } = await store.audit?.verify() ??
          { entries: 240, brokenAt: null };
        await store.close();
        assert.deepEqual([entries, brokenAt], [240, null]);
        console.log(
          `${place.name}: 4 processes x 60 registrations, ${held.length} kept, ${
            240 - held.length
          } lost; ${entries} audit lines, the chain whole`,
        );
      }),
  });
}

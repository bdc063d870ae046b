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
import { openStore } from "../../lib/store/open_store.ts";
import { readKeyFile } from "../../lib/store/seal/key_file.ts";
import { keyedSettings, openAt } from "./open_at.ts";
import { runSql } from "./postgres_server.ts";
import {
  SAMPLE_MODEL,
  sampleTemplate,
  seededRandom,
} from "./sample_templates.ts";
import { storePlaces } from "./store_places.ts";
import { withTempFolder } from "./temp_folder.ts";

/** How often each store's process is killed; KILLS=1000 for a thorough run, beside `deno task abuse store`. */
const KILLS = Number(Deno.env.get("KILLS") ?? 40);
/** How often while it changes the key in a file, which takes longer than other changes. */
const KEY_KILLS = Math.ceil(KILLS / 4);
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

/** How many of the keys that lie in files open the store. */
async function keysThatOpen(address: string, path: string): Promise<number> {
  let opening = 0;
  for (const file of [path, `${path}.new`]) {
    const key = await readKeyFile(file);
    if (key === null) continue;
    const settings = keyedSettings(address, "");
    const storeKey = key.secret.toHex();
    try {
      const store = await openStore({ ...settings, storeKey }, SAMPLE_MODEL);
      await store.close();
      opening++;
    } catch (error) {
      if (!(error instanceof StoreKeyError)) throw error;
    }
  }
  return opening;
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
      `${place.name} store: a process killed ${KEY_KILLS} times while it changes the key in a file leaves one file with the one key that opens the store, and everything in it${skipped}`,
    ignore: place.missing !== null || place.name === "JSON",
    fn: () =>
      place.with((address) =>
        withTempFolder(async (folder) => {
          const path = `${folder}/store.key`;
          const settings = keyedSettings(address, path);
          const all = Array.from(
            { length: 20 },
            (_, i) => sampleTemplate(`user_${i % 3}`, i),
          ).map((template) => ({
            ...template,
            chip: chipOf(template),
          }));
          const first = await openStore(settings, SAMPLE_MODEL);
          await first.put(all);
          await first.close();
          await using queue = new ProcessQueue(2);
          let [changes, unreported, longestMs] = [0, 0, 150];
          for (let kill = 0; kill < KEY_KILLS; kill++) {
            const child = await queue.start("rotate", address, path);
            const { done } = await killAfter(child, random() * longestMs);
            longestMs *= done === 0 ? 1.05 : 0.98;
            if (address.startsWith("postgres")) await allEnded(address);
            assert.equal(await keysThatOpen(address, path), 1);
            const store = await openStore(settings, SAMPLE_MODEL);
            const held = await store.templates();
            const chips = await Promise.all(
              held.map(({ user, photo }) => store.chip(user, photo)),
            );
            assert.deepEqual(
              held.map((each, i) => ({ ...each, chip: chips[i] })),
              all,
            );
            const entries = await Array.fromAsync(store.audit!.entries());
            assert.equal((await store.audit!.verify()).brokenAt, null);
            await store.close();
            const seals = entries.filter(({ event }) => event === "reseal");
            const more = seals.length - changes - done;
            assert.ok(more === 0 || more === 1, `${more} more than reported`);
            [changes, unreported] = [seals.length, unreported + more];
            assert.deepEqual(filesIn(folder), ["store.key"]);
          }
          console.log(
            `${place.name}: ${KEY_KILLS} kills, ${changes} changes of the key committed, ${unreported} of them not reported; one key opened the store every time`,
          );
        })
      ),
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
        for (let kill = 0; kill < KILLS / 10; kill++) {
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

/**
 * A process that a test starts, and mostly kills: changes a store and says on standard output what
 * it has done, a line each. It waits for one line on standard input, a JSON list: what to do, the
 * store's address, and a number or another address.
 */
import {
  StoreBusyError,
  StoreUnreachableError,
  WriteError,
} from "../../lib/errors.ts";
import type { EmbeddingStore } from "../../lib/store/embedding_store.ts";
import { copyStore } from "../../lib/store/copy_store.ts";
import { rotateKey } from "../../lib/store/rotate_key.ts";
import { makeChange, storeAfter } from "./changes.ts";
import { keyedSettings, openAt } from "./open_at.ts";
import { type Operating, randomOperation } from "./random_operations.ts";
import { sampleTemplate, seededRandom } from "./sample_templates.ts";

const say = (line: string) =>
  Deno.stdout.writeSync(new TextEncoder().encode(`${line}\n`));

const tasks: Record<
  string,
  (address: string, argument: string) => Promise<void>
> = {
  /** Makes changes from number `argument` on until it is killed. */
  async change(address, argument) {
    const first = Number(argument);
    const store = await storeAfter(address, first);
    say("ready");
    for (let i = first; true; i++) {
      await makeChange(store, i);
      say("done");
    }
  },
  /** Changes the key again and again until it is killed; `argument` is the key's file. */
  async rotate(address, argument) {
    say("ready");
    while (true) {
      await rotateKey(keyedSettings(address, argument));
      say("done");
    }
  },
  /** Puts 60 templates, one by one. */
  async register(address, argument) {
    const store = await storeAfter(address, null);
    for (let i = 0; i < 60; i++) {
      await store.put([sampleTemplate(`user_${argument}`, i)]);
    }
    await store.close();
  },
  /** Registers one photo of a user after the other until it is told to end, whatever becomes of the database. */
  async load(address, user) {
    const isOver = untilTold();
    let store: EmbeddingStore | null = null;
    while (store === null) {
      store = await patiently(() => storeAfter(address, null));
    }
    const opened = store;
    // Another process may have been this user before.
    for (let i = Date.now(); !isOver(); i++) {
      const template = sampleTemplate(user, i);
      await patiently(async () => {
        await opened.put([template]);
        say(`done ${template.photo}`);
        await opened.attempts.begin({ client: user });
        await opened.attempts.succeeded({ client: user });
        await opened.nearestUsers([template.vector]);
      });
    }
    await patiently(() => opened.close());
  },
  /** Registers one new name after the other, as others do at the same time: whoever comes first has it. */
  async race(address, racer) {
    const isOver = untilTold();
    const store = await storeAfter(address, null);
    for (let name = 0; !isOver();) {
      const user = `name_${name}`;
      const revision = await store.revision();
      if (await store.hasUser(user)) {
        name++;
        continue;
      }
      const template = sampleTemplate(user, Number(racer));
      const kept = await store.putIfUnchanged([template], revision);
      if (kept !== null) say(`done ${user}`);
    }
    await store.close();
  },
  /** Makes random changes for a while and says what came of each. */
  async operate(address, argument) {
    const { own, seed, seconds }: Operating = JSON.parse(argument);
    const store = await storeAfter(address, null);
    const random = seededRandom(seed);
    const untilMs = performance.now() + seconds * 1000;
    while (performance.now() < untilMs) {
      const done = await randomOperation(store, own, random);
      say(JSON.stringify(done));
    }
    await store.close();
  },
  async copy(address, argument) {
    const [source, target] = [await openAt(address), await openAt(argument)];
    say("ready");
    await copyStore(source, target);
    say("done");
    await source.close();
    await target.close();
  },
  /** Puts templates until the disk is full and says how many were put. */
  async fill(address) {
    const store = await openAt(address);
    let count = 0;
    try {
      while (count < 20_000) {
        await store.put([sampleTemplate("andrew", count)]);
        count++;
      }
    } catch (error) {
      if (!(error instanceof WriteError)) throw error;
      say(error.message);
    }
    await store.close();
    const again = await openAt(address);
    const held = await again.templates();
    say(JSON.stringify({ count, held: held.map(({ photo }) => photo) }));
    await again.close();
  },
};

/** Whether somebody has told the process to end. */
function untilTold(): () => boolean {
  let isTold = false;
  Deno.addSignalListener("SIGTERM", () => isTold = true);
  return () => isTold;
}

/** Goes on after what a caller is told to try again after. */
async function patiently<T>(work: () => Promise<T>): Promise<T | null> {
  try {
    return await work();
  } catch (error) {
    const isOutage = error instanceof StoreUnreachableError ||
      error instanceof StoreBusyError;
    if (!isOutage) throw error;
    say(`refused ${error.kind}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
    return null;
  }
}

const line = await new Response(Deno.stdin.readable).text();
if (line !== "") {
  const [task, address, argument] = JSON.parse(line);
  await tasks[task]!(address, argument);
}

/**
 * A process that a test starts, and mostly kills: changes a store and says on standard output what
 * it has done, a line each. It waits for one line on standard input, a JSON list: what to do, the
 * store's address, and a number or another address.
 */
import { WriteError } from "../../lib/errors.ts";
import { copyStore } from "../../lib/store/copy_store.ts";
import { makeChange, storeAfter } from "./changes.ts";
import { openAt } from "./open_at.ts";
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
  /** Puts 60 templates, one by one. */
  async register(address, argument) {
    const store = await storeAfter(address, null);
    for (let i = 0; i < 60; i++) {
      await store.put([sampleTemplate(`user_${argument}`, i)]);
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

const line = await new Response(Deno.stdin.readable).text();
if (line !== "") {
  const [task, address, argument] = JSON.parse(line);
  await tasks[task]!(address, argument);
}

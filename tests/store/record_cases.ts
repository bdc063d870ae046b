import assert from "node:assert/strict";
import { TooManyAttemptsError } from "../../lib/errors.ts";
import { SAMPLE_MODEL, sampleTemplate } from "./sample_templates.ts";
import { keyOf } from "./open_at.ts";
import type { StorePlace } from "./store_cases.ts";

/** What every database's audit log and counts of failed sign-ins must do; each case gets an empty place. */
export interface RecordCase {
  readonly name: string;
  run(place: StorePlace): Promise<void>;
}

export const recordCases: RecordCase[] = [
  {
    name:
      "every change of the store leaves its line, and what changes nothing leaves none",
    async run({ open }) {
      const vault = keyOf(1);
      const store = await open();
      const audit = store.audit!;
      const [one, two] = [1, 2].map((i) => sampleTemplate("andrew", i));
      await store.put([one!, two!, sampleTemplate("hana", 3)]);
      await store.put([one!]);
      await store.put([sampleTemplate("andrew", 9, { photo: one!.photo })]);
      await store.rename("andrew", "Zoë");
      await store.rename("nobody", "somebody");
      await store.reseal(vault);
      await store.reseal(null);
      await store.remove("hana");
      await store.remove("hana");
      const other = { modelId: "sample-4d", dimensions: 4 };
      const vector = new Float32Array(4);
      await store.replaceAll(other, [sampleTemplate("Zoë", 1, { vector })]);
      const { modelId } = SAMPLE_MODEL;
      const entries = (await Array.fromAsync(audit.entries())).map((
        { n: _, time: _time, previous: _previous, ...event },
      ) => event);
      // Lines hold numbers: today's name of a user, and none of who was removed.
      const [andrew, hana] = ["Zoë", "a removed user (#2)"];
      assert.deepEqual(entries, [
        { event: "register", user: andrew, modelId, added: 2, replaced: 0 },
        { event: "register", user: hana, modelId, added: 1, replaced: 0 },
        { event: "register", user: andrew, modelId, added: 0, replaced: 1 },
        { event: "rename", user: andrew, templates: 2 },
        { event: "reseal", from: null, to: vault.keyId, templates: 3 },
        { event: "reseal", from: vault.keyId, to: null, templates: 3 },
        { event: "remove", user: hana, templates: 1 },
        { event: "reembed", modelId: "sample-4d", templates: 1 },
      ]);
      assert.equal((await audit.verify()).brokenAt, null);
      await store.close();
    },
  },
  {
    name: "a change that failed leaves no line",
    async run({ open }) {
      const store = await open();
      const audit = store.audit!;
      await store.put([sampleTemplate("andrew", 1), sampleTemplate("hana", 2)]);
      await assert.rejects(() => store.rename("andrew", "hana"));
      const bad = sampleTemplate("zoe", 2, { vector: new Float32Array(7) });
      await assert.rejects(() => store.put([bad]));
      assert.equal((await Array.fromAsync(audit.entries())).length, 2);
      await store.close();
    },
  },
  {
    name:
      "lines of several open stores and of sign-ins stand in one whole chain",
    async run({ open }) {
      const all = [await open(), await open()];
      await Promise.all(Array.from({ length: 20 }, async (_, i) => {
        const store = all[i % 2]!;
        await store.put([sampleTemplate(`user_${i}`, i)]);
        await store.audit!.append({
          event: "sign-in",
          decision: "rejected",
          claimed: null,
          user: null,
          distance: 0.7,
          threshold: 0.5,
          modelId: SAMPLE_MODEL.modelId,
          client: "web",
        });
      }));
      const { entries, brokenAt } = await all[0]!.audit!.verify();
      assert.deepEqual([entries, brokenAt], [40, null]);
      for (const store of all) await store.close();
    },
  },
  {
    name: "failed sign-ins are counted together by all who have the store open",
    async run({ open }) {
      const all = [await open(), await open()];
      const results = await Promise.allSettled(
        Array.from(
          { length: 12 },
          (_, i) => all[i % 2]!.attempts.begin("andrew"),
        ),
      );
      const through = results.filter(({ status }) => status === "fulfilled");
      assert.equal(through.length, 5);
      const { attempts } = all[0]!;
      await assert.rejects(
        () => attempts.begin("andrew"),
        TooManyAttemptsError,
      );
      await attempts.begin("hana");
      await attempts.begin({ client: "andrew" });
      await all[1]!.attempts.succeeded("andrew");
      await attempts.begin("andrew");
      await attempts.takeBack("andrew");
      for (const store of all) await store.close();
    },
  },
];

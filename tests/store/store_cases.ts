import assert from "node:assert/strict";
import {
  StoreKeyError,
  StoreModelError,
  UsageError,
} from "../../lib/errors.ts";
import type { Match } from "../../lib/match/gallery.ts";

import { rankUsers } from "../../lib/match/identify.ts";
import type {
  EmbeddingStore,
  StoreModel,
} from "../../lib/store/embedding_store.ts";
import { keyOf, type OpenOptions } from "./open_at.ts";
import {
  SAMPLE_MODEL,
  sampleTemplate,
  sampleVector,
  seededRandom,
} from "./sample_templates.ts";
import { sampleCalibration } from "./sample_calibration.ts";

/** An empty place that a store can be opened on, again and again. */
export interface StorePlace {
  open(options?: OpenOptions): Promise<EmbeddingStore>;
}

/** What every store must do; each case gets an empty place of its own. */
export interface StoreCase {
  readonly name: string;
  /** For stores that seal only, which a JSON store does not. */
  readonly sealed?: true;
  run(place: StorePlace): Promise<void>;
}

export const storeCases: StoreCase[] = [
  {
    name: "a new store is empty",
    async run(place) {
      await withStore(place, async (store) => {
        assert.deepEqual(await store.users(), []);
        assert.deepEqual(await store.templates(), []);
        assert.deepEqual(await store.templates("andrew"), []);
        assert.equal(await store.remove("andrew"), 0);
      });
    },
  },
  {
    name:
      "templates come back bit for bit, in the order they were added, after reopening",
    async run(place) {
      const random = seededRandom(7);
      const users = [
        "hana",
        "andrew",
        "42",
        "__proto__",
        "Zoë",
        "李小龍",
        "o'brien; drop table",
      ];
      const all = Array.from(
        { length: 60 },
        (_, i) =>
          sampleTemplate(users[Math.floor(random() * users.length)]!, i),
      );
      const extreme = Float32Array.of(
        0,
        -1e-38,
        1.4e-45,
        3.4028234e38,
        1 / 3,
        -0.1,
        16777217,
        1,
      );
      all.push(sampleTemplate("andrew", 1000, { vector: extreme }));
      await withStore(place, async (store) => {
        await store.put(all.slice(0, 20));
        await store.put(all.slice(20));
      });
      await withStore(place, async (store) => {
        assert.deepEqual(await store.templates(), all);
        assert.deepEqual(
          await store.users(),
          [...new Set(all.map(({ user }) => user))].sort(),
        );
        for (const user of users) {
          assert.deepEqual(
            await store.templates(user),
            all.filter((template) => template.user === user),
          );
        }
      });
    },
  },
  {
    name: "put() answers added, unchanged or replaced, in order",
    async run(place) {
      const first = sampleTemplate("andrew", 1);
      const second = sampleTemplate("andrew", 2);
      const changed = sampleTemplate("andrew", 9, { photo: first.photo });
      await withStore(place, async (store) => {
        assert.deepEqual(await store.put([first, second]), ["added", "added"]);
        assert.deepEqual(await store.put([second, first]), [
          "unchanged",
          "unchanged",
        ]);
        const later = { ...first, createdAt: "2030-01-01T00:00:00.000Z" };
        assert.deepEqual(
          await store.put([later, changed, sampleTemplate("beatriz", 1)]),
          [
            "unchanged",
            "replaced",
            "added",
          ],
        );
        assert.deepEqual(await store.templates("andrew"), [changed, second]);
        assert.deepEqual(await store.put([]), []);
      });
    },
  },
  {
    name: "the same photo name under two users is two templates",
    async run(place) {
      await withStore(place, async (store) => {
        await store.put([
          sampleTemplate("andrew", 1),
          sampleTemplate("beatriz", 1),
        ]);
        assert.equal((await store.templates()).length, 2);
        assert.deepEqual(await store.users(), ["andrew", "beatriz"]);
      });
    },
  },
  {
    name: "put() keeps all templates or none",
    async run(place) {
      const wrong = sampleTemplate("andrew", 2, {
        vector: new Float32Array(7),
      });
      const notFinite = sampleTemplate("andrew", 3, {
        vector: new Float32Array(8).fill(NaN),
      });
      await withStore(place, async (store) => {
        await store.put([sampleTemplate("beatriz", 5)]);
        for (const bad of [wrong, notFinite]) {
          await assert.rejects(
            () => store.put([sampleTemplate("andrew", 1), bad]),
            StoreModelError,
          );
          assert.deepEqual(await store.users(), ["beatriz"]);
        }
      });
    },
  },
  {
    name:
      "remove() forgets one user, counts the templates, and leaves the others",
    async run(place) {
      await withStore(place, async (store) => {
        const kept = [
          sampleTemplate("beatriz", 4),
          sampleTemplate("beatriz", 5),
        ];
        await store.put([
          sampleTemplate("andrew", 1),
          kept[0]!,
          sampleTemplate("andrew", 2),
          kept[1]!,
        ]);
        assert.equal(await store.remove("andrew"), 2);
        assert.equal(await store.remove("andrew"), 0);
        assert.deepEqual(await store.templates(), kept);
      });
      await withStore(
        place,
        async (store) => assert.deepEqual(await store.users(), ["beatriz"]),
      );
    },
  },
  {
    name: "a store of another model or length is refused, and its content kept",
    async run(place) {
      await withStore(
        place,
        (store) => store.put([sampleTemplate("andrew", 1)]),
      );
      for (
        const model of [{ modelId: "other", dimensions: 8 }, {
          ...SAMPLE_MODEL,
          dimensions: 16,
        }]
      ) {
        await assert.rejects(() => place.open({ model }), (error) => {
          assert.ok(error instanceof StoreModelError);
          assert.match(error.message, /sample-8d/);
          assert.match(error.message, /deno task users reembed/);
          return true;
        });
      }
      await withStore(
        place,
        async (store) => assert.equal((await store.templates()).length, 1),
      );
    },
  },
  {
    name:
      "two open stores on one place see each other's changes and lose none of them",
    async run(place) {
      await withStore(place, (one) =>
        withStore(place, async (two) => {
          await Promise.all(Array.from({ length: 20 }, (_, i) =>
            (i % 2 === 0 ? one : two).put([
              sampleTemplate(`user_${i % 4}`, i),
            ])));
          assert.equal((await one.templates()).length, 20);
          const order = (await two.templates()).map(({ photo }) =>
            photo
          );
          assert.deepEqual(
            (await one.templates()).map(({ photo }) => photo),
            order,
          );
          assert.equal(await two.remove("user_0"), 5);
          assert.deepEqual(await one.users(), ["user_1", "user_2", "user_3"]);
        }));
    },
  },
  {
    name:
      "rename() moves a user's templates, keeps their order, and refuses a taken name",
    run: (place) => withStore(place, renames),
  },
  {
    name: "rename() seals a user's templates for the new name",
    sealed: true,
    run: (place) => withStore(place, renames, SAMPLE_MODEL, 1),
  },
  {
    name:
      "lookAlikes() finds who has a name or one that is taken for it, whatever became of the users",
    run: (place) => withStore(place, knowsLookAlikes),
  },
  {
    name: "lookAlikes() does in a sealed store, and rename() refuses them",
    sealed: true,
    run: (place) => withStore(place, knowsLookAlikes, SAMPLE_MODEL, 1),
  },
  {
    name:
      "chips come back as they were put, move with their user, and go with them",
    async run(place) {
      const chip = (i: number) => Uint8Array.of(137, 80, 78, 71, i);
      const entry = (user: string, i: number) => ({
        ...sampleTemplate(user, i),
        chip: chip(i),
      });
      await withStore(place, async (store) => {
        await store.put([
          entry("andrew", 1),
          sampleTemplate("andrew", 2),
          entry("hana", 3),
        ]);
        const { photo } = sampleTemplate("andrew", 1);
        await store.put([{ ...entry("andrew", 1), chip: chip(9) }]);
        const replacing = {
          ...sampleTemplate("hana", 4),
          photo: "photo_3.jpg",
        };
        await store.put([{ ...replacing, chip: chip(4) }]);
        await assert.rejects(() =>
          store.put([{ ...entry("zoe", 5), vector: new Float32Array(7) }])
        );
        const chips = (user: string) =>
          Promise.all(
            [1, 2, 3, 5].map((i) => store.chip(user, `photo_${i}.jpg`)),
          );
        assert.deepEqual(await chips("andrew"), [chip(1), null, null, null]);
        assert.deepEqual(await chips("hana"), [null, null, chip(4), null]);
        assert.deepEqual(await chips("zoe"), [null, null, null, null]);
        await store.rename("andrew", "Zoë");
        assert.deepEqual(await chips("andrew"), [null, null, null, null]);
        assert.deepEqual(await chips("Zoë"), [chip(1), null, null, null]);
        await store.remove("Zoë");
        assert.deepEqual(await chips("Zoë"), [null, null, null, null]);
        assert.equal(await store.chip("../hana", photo), null);
        await store.replaceAll(SAMPLE_MODEL, [sampleTemplate("hana", 3)]);
        assert.deepEqual(await chips("hana"), [null, null, chip(4), null]);
      });
    },
  },
  {
    name:
      "a sealed store opens with its key only, and reseal() changes the key for every template",
    sealed: true,
    async run(place) {
      const [one, two] = [1, 2];
      const all = Array.from(
        { length: 7 },
        (_, i) => sampleTemplate(`user_${i % 3}`, i),
      );
      const templatesWith = (key: number | null) =>
        withStore(place, (store) => store.templates(), SAMPLE_MODEL, key);
      await withStore(
        place,
        async (store) => {
          await store.put(all);
          assert.deepEqual(await store.templates(), all);
          assert.deepEqual(await store.put(all), all.map(() => "unchanged"));
        },
        SAMPLE_MODEL,
        one,
      );
      await assert.rejects(() => templatesWith(two), StoreKeyError);
      await assert.rejects(() => templatesWith(null), StoreKeyError);
      await withStore(
        place,
        async (store) => {
          assert.equal(await store.reseal(keyOf(two)), 7);
          assert.deepEqual(await store.templates(), all);
        },
        SAMPLE_MODEL,
        one,
      );
      await assert.rejects(() => templatesWith(one), StoreKeyError);
      assert.deepEqual(await templatesWith(two), all);
      await withStore(place, (store) => store.reseal(null), SAMPLE_MODEL, two);
      await assert.rejects(() => templatesWith(two), StoreKeyError);
      assert.deepEqual(await templatesWith(null), all);
    },
  },
  {
    name:
      "users are listed by name, a page at a time, and found by a part of it in any case",
    async run(place) {
      await withStore(place, async (store) => {
        assert.equal(await store.hasUsers(), false);
        assert.deepEqual(await store.listUsers({ offset: 0, limit: 9 }), {
          total: 0,
          users: [],
        });
        const early = "2025-12-31T00:00:00.000Z";
        await store.put([
          ...["Zoë", "andrew", "50% off_1", "ANDREA"].map((user, i) =>
            sampleTemplate(user, i)
          ),
          { ...sampleTemplate("andrew", 9), createdAt: early },
        ]);
        assert.equal(await store.hasUsers(), true);
        assert.equal(await store.hasUser("andrew"), true);
        assert.equal(await store.hasUser("andre"), false);
        const names = async (search: string, offset = 0, limit = 9) => {
          const page = await store.listUsers({ search, offset, limit });
          return [page.total, ...page.users.map(({ name }) => name)];
        };
        assert.deepEqual(await names(""), [
          4,
          "50% off_1",
          "ANDREA",
          "Zoë",
          "andrew",
        ]);
        assert.deepEqual(await names("", 1, 2), [4, "ANDREA", "Zoë"]);
        assert.deepEqual(await names("andre"), [2, "ANDREA", "andrew"]);
        assert.deepEqual(await names("ZOË"), [1, "Zoë"]);
        assert.deepEqual(await names("% o"), [1, "50% off_1"]);
        assert.deepEqual(await names("f_2"), [0]);
        const { users } = await store.listUsers({
          search: "andrew",
          offset: 0,
          limit: 1,
        });
        assert.deepEqual(users, [
          { name: "andrew", templates: 2, registeredAt: early },
        ]);
        await store.rename("andrew", "Bea");
        assert.deepEqual(await names("BEA"), [1, "Bea"]);
      });
    },
  },
  {
    name: "one photo is removed with its chip, and with the last one the user",
    async run(place) {
      await withStore(place, async (store) => {
        const chip = Uint8Array.of(1);
        const [one, two] = [1, 2].map((i) => sampleTemplate("andrew", i));
        await store.put([{ ...one!, chip }, two!, sampleTemplate("hana", 1)]);
        await store.nearestUsers([one!.vector]);
        assert.equal(await store.removePhoto("andrew", one!.photo), true);
        assert.equal(await store.removePhoto("andrew", one!.photo), false);
        assert.equal(await store.chip("andrew", one!.photo), null);
        assert.deepEqual(await store.templates("andrew"), [two]);
        assert.equal(await store.removePhoto("andrew", two!.photo), true);
        assert.deepEqual(await store.users(), ["hana"]);
        const [found] = await store.nearestUsers([two!.vector]);
        assert.deepEqual(found!.map(({ template }) => template.user), ["hana"]);
        await store.check();
        assert.deepEqual(await store.users(), ["hana"]);
      });
    },
  },
  {
    name:
      "putIfUnchanged() keeps nothing when something changed since the revision, whoever changed it",
    async run(place) {
      await withStore(place, (one) =>
        withStore(place, async (two) => {
          const entry = (i: number) => [sampleTemplate("andrew", i)];
          const before = await one.revision();
          assert.deepEqual(await one.putIfUnchanged(entry(1), before), [
            "added",
          ]);
          assert.equal(await one.putIfUnchanged(entry(2), before), null);
          const then = await one.revision();
          await two.remove("nobody");
          await two.put([sampleTemplate("hana", 3)]);
          assert.equal(await one.putIfUnchanged(entry(4), then), null);
          const now = await two.revision();
          assert.deepEqual(await one.putIfUnchanged(entry(5), now), ["added"]);
          assert.equal((await two.templates()).length, 3);
        }));
    },
  },
  {
    name: "a calibration is kept with the store, and there is none before",
    async run(place) {
      await withStore(place, async (store) => {
        assert.equal(await store.calibration(), null);
        await store.keepCalibration(sampleCalibration);
      });
      await withStore(place, async (store) => {
        assert.deepEqual(await store.calibration(), sampleCalibration);
        await store.keepCalibration(null);
        assert.equal(await store.calibration(), null);
      });
    },
  },
  {
    name:
      "replaceAll() puts another model's templates in the place of all, or leaves them",
    async run(place) {
      const other = { modelId: "sample-4d", dimensions: 4 };
      const old = [sampleTemplate("andrew", 1), sampleTemplate("hana", 2)];
      const renewed = old.map((each) => ({
        ...each,
        vector: each.vector.slice(4),
      }));
      await withStore(place, async (store) => {
        await store.put(old);
        await assert.rejects(
          () => store.replaceAll(other, old),
          StoreModelError,
        );
        assert.deepEqual(await store.templates(), old);
        await store.replaceAll(other, renewed);
      });
      await assert.rejects(() => place.open(), StoreModelError);
      await withStore(place, async (store) => {
        assert.deepEqual(await store.templates(), renewed);
        const [found] = await store.nearestUsers([renewed[1]!.vector]);
        assert.equal(found![0]!.template.user, "hana");
      }, other);
    },
  },
  {
    name:
      "nearestUsers() answers best user and runner-up as a comparison with every template does",
    async run(place) {
      const all = Array.from(
        { length: 300 },
        (_, i) => sampleTemplate(`user_${i % 40}`, i),
      );
      const probes = [-1, -2, -3, 17].map((seed) => sampleVector(seed));
      const expected = () =>
        probes.map((probe) => rankUsers(probe, all).slice(0, 2));
      await withStore(place, (store) =>
        withStore(place, async (other) => {
          assert.deepEqual(await store.nearestUsers(probes), [[], [], [], []]);
          assert.deepEqual(await store.nearestUsers([]), []);
          await store.put(all.slice(0, 1));
          assert.equal(
            (await store.nearestUsers(probes.slice(0, 1)))[0]!.length,
            1,
          );
          await other.put(all.slice(1));
          closeTo(await store.nearestUsers(probes), expected());
          const later = sampleTemplate("late", 400, { vector: probes[0]! });
          all.push(later);
          await other.put([later]);
          closeTo(await store.nearestUsers(probes), expected());
          await store.remove("late");
          all.pop();
          closeTo(await store.nearestUsers(probes), expected());
        }));
    },
  },
];

async function knowsLookAlikes(store: EmbeddingStore): Promise<void> {
  const cyrillic = "\u0430ndrew";
  const longest = "\ufdfa".repeat(250);
  await store.put(
    ["andrew", "Andrew", "Zoë", longest].map((user, i) =>
      sampleTemplate(user, i)
    ),
  );
  assert.deepEqual(await store.lookAlikes(cyrillic), ["Andrew", "andrew"]);
  assert.deepEqual(await store.lookAlikes("ZOË"), ["Zoë"]);
  assert.deepEqual(await store.lookAlikes(longest), [longest]);
  assert.deepEqual(await store.lookAlikes("hana"), []);
  await assert.rejects(() => store.rename("Zoë", cyrillic), UsageError);
  assert.equal(await store.rename("Zoë", "Hana"), 1);
  assert.equal(await store.rename("Hana", "hana"), 1);
  assert.deepEqual(await store.lookAlikes("HANA"), ["hana"]);
  assert.deepEqual(await store.lookAlikes("Zoë"), []);
  await store.remove("hana");
  assert.deepEqual(await store.lookAlikes("hana"), []);
}

async function renames(store: EmbeddingStore): Promise<void> {
  await store.put([
    sampleTemplate("andrew", 1),
    sampleTemplate("beatriz", 2),
    sampleTemplate("andrew", 3),
  ]);
  const before = await store.templates();
  assert.equal(await store.rename("andrew", "Zoë"), 2);
  assert.equal(await store.rename("andrew", "hana"), 0);
  assert.deepEqual(
    await store.templates(),
    before.map((each) =>
      each.user === "andrew" ? { ...each, user: "Zoë" } : each
    ),
  );
  await assert.rejects(() => store.rename("Zoë", "beatriz"), UsageError);
  assert.equal((await store.templates("Zoë")).length, 2);
}

/** Equal templates in equal order; distances may differ by what 32-bit arithmetic costs. */
function closeTo(found: Match[][], expected: Match[][]): void {
  const bare = (matches: Match[][]) =>
    matches.map((each) => each.map(({ template }) => template));
  assert.deepEqual(bare(found), bare(expected));
  for (const [i, matches] of expected.entries()) {
    for (const [j, { distance }] of matches.entries()) {
      assert.ok(Math.abs(found[i]![j]!.distance - distance) < 1e-6);
    }
  }
}

/** Opens, works, and closes whatever happened. */
export async function withStore<T>(
  place: StorePlace,
  work: (store: EmbeddingStore) => Promise<T>,
  model: StoreModel = SAMPLE_MODEL,
  key: number | null = null,
): Promise<T> {
  const store = await place.open({ model, key });
  try {
    return await work(store);
  } finally {
    await store.close();
  }
}

import assert from "node:assert/strict";
import { SettingError, StoreDamagedError } from "../../lib/errors.ts";
import { keyOf, openAt } from "./open_at.ts";
import { sampleTemplate } from "./sample_templates.ts";
import { storeCases } from "./store_cases.ts";
import { withTempFolder } from "./temp_folder.ts";

for (const { name, run, sealed } of storeCases) {
  if (sealed) continue;
  Deno.test({
    name: `JSON store: ${name}`,
    fn: () =>
      withTempFolder((folder) =>
        run({
          open: (options) => openAt(`${folder}/embeddings.json`, options),
        })
      ),
  });
}

Deno.test({
  name: "an opened JSON store leaves no file behind until something is put",
  fn: () =>
    withTempFolder(async (folder) => {
      const store = await openAt(`${folder}/embeddings.json`);
      await store.users();
      assert.deepEqual([...Deno.readDirSync(folder)], []);
    }),
});

Deno.test({
  name:
    "the JSON store writes one line per template, for its owner's eyes only, and no temporary file stays",
  fn: () =>
    withTempFolder(async (folder) => {
      const path = `${folder}/embeddings.json`;
      const store = await openAt(path);
      await store.put([1, 2, 3].map((seed) => sampleTemplate("andrew", seed)));
      const lines = Deno.readTextFileSync(path).split("\n");
      assert.equal(
        lines.filter((line) =>
          line.startsWith('    {"user":"andrew","photo":"photo_')
        ).length,
        3,
      );
      assert.equal(Deno.statSync(path).mode! & 0o777, 0o600);
      const names = [...Deno.readDirSync(folder)].map(({ name }) => name)
        .sort();
      assert.deepEqual(names, ["embeddings.json"]);
    }),
});

const DAMAGES: [
  what: string,
  damage: (text: string) => string,
  place: RegExp,
][] = [
  [
    "cut in the middle of a template",
    (text) => text.slice(0, text.indexOf("photoSha256")),
    /line 7, column \d+/,
  ],
  ["an emptied file", () => "", /line 1, column 1/],
  [
    "a letter inside a number",
    (text) => text.replace('"dimensions": 8', '"dimensions": x8'),
    /line 5, column 17/,
  ],
  ["text after the end", (text) => text + "}", /line 12, column 1/],
  [
    "a number that is a text",
    (text) => text.replace(/"embedding":\[[^,]+,/, '"embedding":["a",'),
    /templates\[0\]\.embedding\[0\]/,
  ],
  [
    "a vector that lost a number",
    (text) => text.replace(/"embedding":\[[^,]+,/, '"embedding":['),
    /templates\[0\]\.embedding has 7/,
  ],
  [
    "a hash that is none",
    (text) => text.replace(/"photoSha256":"0/, '"photoSha256":"x'),
    /templates\[0\]\.photoSha256/,
  ],
  [
    "a photo listed twice",
    (text) => text.replace("photo_2", "photo_1"),
    /templates\[1\] repeats/,
  ],
  [
    "lists in lists without end",
    (text) => text.replace('"embedding":', (name) => name + "[".repeat(1e5)),
    /line 7, column \d+, where it is nested too deeply/,
  ],
  ["another file altogether", () => "[1, 2]", /the file: .*expected object/],
  [
    "a newer version",
    (text) => text.replace('"version": 1', '"version": 2'),
    /version: it is 2, this program reads 1/,
  ],
];

for (const [what, damage, place] of DAMAGES) {
  Deno.test({
    name:
      `the JSON store names the place of the damage and does not overwrite the file: ${what}`,
    fn: () =>
      withTempFolder(async (folder) => {
        const path = `${folder}/embeddings.json`;
        const store = await openAt(path);
        await store.put(
          [1, 2, 3].map((seed) => sampleTemplate("andrew", seed)),
        );
        const damaged = damage(Deno.readTextFileSync(path));
        Deno.writeTextFileSync(path, damaged);
        const named = (error: unknown) =>
          error instanceof StoreDamagedError && place.test(error.message);
        await assert.rejects(() => openAt(path), named);
        await assert.rejects(
          () => store.put([sampleTemplate("hana", 1)]),
          named,
        );
        await assert.rejects(() => store.remove("andrew"), named);
        assert.equal(Deno.readTextFileSync(path), damaged);
      }),
  });
}

Deno.test({
  name: "the JSON store says so when the file is not text",
  fn: () =>
    withTempFolder(async (folder) => {
      const path = `${folder}/embeddings.json`;
      Deno.writeFileSync(path, Uint8Array.of(0xff, 0xfe, 0x00));
      await assert.rejects(
        () => openAt(path),
        StoreDamagedError,
      );
    }),
});

Deno.test({
  name:
    "a JSON store takes no key, is not sealed and has no audit log; it says which store does",
  fn: () =>
    withTempFolder(async (folder) => {
      const path = `${folder}/embeddings.json`;
      const named = (error: unknown) =>
        error instanceof SettingError &&
        /JSON store .*embeddings\.json .*store=\.\/faces\.db$/.test(
          error.message,
        );
      await assert.rejects(() => openAt(path, { key: 1 }), named);
      const store = await openAt(path);
      await assert.rejects(async () => store.reseal(await keyOf(1)), named);
      assert.equal(store.audit, null);
    }),
});

Deno.test({
  name:
    "the JSON store's failed sign-ins are counted without a file, and chips are for their owner only",
  fn: () =>
    withTempFolder(async (folder) => {
      const path = `${folder}/embeddings.json`;
      const store = await openAt(path);
      for (let i = 0; i < 5; i++) await store.attempts.begin("andrew");
      await assert.rejects(() => store.attempts.begin("andrew"));
      assert.deepEqual([...Deno.readDirSync(folder)], []);
      const chip = Uint8Array.of(1, 2, 3);
      await store.put([{ ...sampleTemplate("andrew", 1), chip }]);
      const chips = `${path}.chips/andrew`;
      assert.equal(Deno.statSync(chips).mode! & 0o777, 0o700);
      const file = `${chips}/photo_1.jpg.png`;
      assert.equal(Deno.statSync(file).mode! & 0o777, 0o600);
    }),
});

Deno.test({
  name:
    "a symbolic link to the JSON file stays, and the file it names is written",
  fn: () =>
    withTempFolder(async (folder) => {
      await Deno.mkdir(`${folder}/disk`);
      await Deno.symlink(`${folder}/disk/real.json`, `${folder}/a.json`);
      await (await openAt(`${folder}/disk/real.json`)).put([
        sampleTemplate("andrew", 1),
      ]);
      const store = await openAt(`${folder}/a.json`);
      await store.put([sampleTemplate("hana", 2)]);
      assert.ok(Deno.lstatSync(`${folder}/a.json`).isSymlink);
      const real = await openAt(`${folder}/disk/real.json`);
      assert.deepEqual(await real.users(), ["andrew", "hana"]);
    }),
});

Deno.test("above 10,000 templates the JSON store says once that a database is faster", () =>
  withTempFolder(async (folder) => {
    const path = `${folder}/embeddings.json`;
    const templates = Array.from(
      { length: 10_001 },
      (_, i) => sampleTemplate("andrew", i),
    );
    const store = await openAt(path);
    await store.put(templates.slice(1));
    const { warn } = console;
    const said: string[] = [];
    console.warn = (text: string) => said.push(text);
    try {
      await store.users();
      assert.deepEqual(said, []);
      await store.put(templates.slice(0, 1));
      await store.users();
      await store.remove("nobody");
      await store.put([sampleTemplate("hana", 1)]);
      await store.users();
    } finally {
      console.warn = warn;
    }
    assert.equal(said.length, 1);
    assert.match(said[0]!, /10001 templates.*deno task store copy/);
  }));

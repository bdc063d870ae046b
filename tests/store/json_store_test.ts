import assert from "node:assert/strict";
import { StoreDamagedError } from "../../lib/errors.ts";
import { openJsonStore } from "../../lib/store/json/json_store.ts";
import { SAMPLE_MODEL, sampleTemplate } from "./sample_templates.ts";
import { AttemptLimits } from "../../lib/store/limits/attempt_limits.ts";
import { AuditFile } from "../../lib/store/audit/audit_file.ts";
import { AuditLog } from "../../lib/store/audit/audit_log.ts";
import { recordCases } from "./record_cases.ts";
import { storeCases } from "./store_cases.ts";
import { withTempFolder } from "./temp_folder.ts";

for (const { name, run } of storeCases) {
  Deno.test({
    name: `JSON store: ${name}`,
    fn: () =>
      withTempFolder((folder) =>
        run({
          open: (model = SAMPLE_MODEL, vault = null) =>
            openJsonStore(`${folder}/embeddings.json`, model, vault),
        })
      ),
  });
}

for (const { name, run } of recordCases) {
  Deno.test({
    name: `JSON store's records: ${name}`,
    fn: () =>
      withTempFolder((folder) =>
        run(async (model = SAMPLE_MODEL, vault = null) => {
          const path = `${folder}/embeddings.json`;
          const file = new AuditFile(`${path}.audit`);
          return {
            store: await openJsonStore(path, model, vault, file),
            audit: new AuditLog(file),
            attempts: new AttemptLimits(`${path}.attempts`),
          };
        })
      ),
  });
}

Deno.test({
  name: "openJsonStore() leaves no file behind until something is put",
  fn: () =>
    withTempFolder(async (folder) => {
      const store = await openJsonStore(
        `${folder}/embeddings.json`,
        SAMPLE_MODEL,
      );
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
      const store = await openJsonStore(path, SAMPLE_MODEL);
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
      assert.deepEqual(names, ["embeddings.json", "embeddings.json.lock"]);
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
  ["another file altogether", () => "[1, 2]", /the file is not an object/],
  [
    "a newer version",
    (text) => text.replace('"version": 1', '"version": 2'),
    /version is 2/,
  ],
];

for (const [what, damage, place] of DAMAGES) {
  Deno.test({
    name:
      `the JSON store names the place of the damage and does not overwrite the file: ${what}`,
    fn: () =>
      withTempFolder(async (folder) => {
        const path = `${folder}/embeddings.json`;
        const store = await openJsonStore(path, SAMPLE_MODEL);
        await store.put(
          [1, 2, 3].map((seed) => sampleTemplate("andrew", seed)),
        );
        const damaged = damage(Deno.readTextFileSync(path));
        Deno.writeTextFileSync(path, damaged);
        const named = (error: unknown) =>
          error instanceof StoreDamagedError && place.test(error.message);
        await assert.rejects(() => openJsonStore(path, SAMPLE_MODEL), named);
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
        () => openJsonStore(path, SAMPLE_MODEL),
        StoreDamagedError,
      );
    }),
});

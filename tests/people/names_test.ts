import assert from "node:assert/strict";
import { userName } from "../../lib/config.ts";
import { UsageError } from "../../lib/errors.ts";
import { requireFreeName } from "../../lib/people/names.ts";
import { skeletonOf } from "../../lib/store/names.ts";
import { openAt } from "../store/open_at.ts";
import { sampleTemplate } from "../store/sample_templates.ts";
import { withTempFolder } from "../store/temp_folder.ts";

/** Written as code points, so that a reader sees what an eye would not. */
const cyrillicA = "\u0430";
const fullWidth = "\uff41\uff4e\uff44\uff52\uff45\uff57";

Deno.test("userName() trims, composes and widens to NFKC", () => {
  assert.equal(userName("  Zoe\u0308 "), "Zo\u00eb");
  assert.equal(userName(fullWidth), "andrew");
  assert.equal(userName("O'Neil-Smith_2 jr.x"), "O'Neil-Smith_2 jr.x");
  assert.equal(userName("李小龍"), "李小龍");
});

Deno.test("userName() refuses what is no folder's name on some file system", () => {
  const refused = [
    "",
    "andrew.",
    "con",
    "CON",
    "Nul.txt",
    "com1",
    "lpt9.x",
    "a..b",
    "../x",
    "a/b",
    "a\\b",
    "a:b",
    ".hidden",
    "a\u0000b",
    "a\u200bb",
    "a".repeat(65),
    "李".repeat(64) + "x",
    "𠮷".repeat(51),
  ];
  for (const name of refused) {
    assert.equal(userName(name), undefined, JSON.stringify(name));
  }
  assert.equal(userName("andrew "), "andrew");
  assert.equal(userName("console"), "console");
  assert.equal(userName("𠮷".repeat(50)), "𠮷".repeat(50));
});

Deno.test("skeletonOf() is one for names that a person takes for each other", () => {
  const alike = [
    ["andrew", "Andrew", "ANDREW", `${cyrillicA}ndrew`, fullWidth],
    ["Straße", "STRASSE", "strasse"],
    ["mary", "rnary"],
    ["anna1", "annal"],
    ["bob0", "bobo", "bobO"],
  ];
  for (const names of alike) {
    assert.equal(new Set(names.map(skeletonOf)).size, 1, names.join(", "));
  }
  const first = alike.map(([name]) => name!);
  assert.equal(new Set(first.map(skeletonOf)).size, alike.length);
  assert.notEqual(skeletonOf("zoe"), skeletonOf("zo\u00eb"));
  assert.notEqual(skeletonOf("user 2"), skeletonOf("user 3"));
});

Deno.test("requireFreeName() names whose name it is taken for, of thousands", () =>
  withTempFolder(async (folder) => {
    const many = Array.from({ length: 2500 }, (_, i) => `user_${i}`);
    const store = await openAt(`${folder}/faces.db`);
    await store.put(
      [...many, "andrew"].map((user, i) => sampleTemplate(user, i)),
    );
    assert.equal(await requireFreeName(" Hana ", store), "Hana");
    assert.equal(await requireFreeName("Andrew", store, "andrew"), "Andrew");
    await assert.rejects(
      () => requireFreeName("ANDREW", store),
      (error) =>
        error instanceof UsageError &&
        error.message ===
          "ANDREW is too easily taken for andrew, who is registered; choose another name.",
    );
    await store.close();
  }));

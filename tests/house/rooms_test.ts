import assert from "node:assert/strict";

/** What each room may import besides itself (../shared/DESIGN.md). */
const base = ["config", "errors"];
const computing = [...base, "engine", "image"];
const faces = [...computing, "detect", "align", "embed", "match"];
const everythingBelowPages = [
  ...faces,
  "recognize",
  "store",
  "people",
  "liveness",
  "evaluate",
];
const mayImport: Record<string, readonly string[]> = {
  engine: base,
  image: [...base, "engine"],
  match: [...base, "engine"],
  detect: computing,
  embed: computing,
  align: [...computing, "detect"],
  recognize: faces,
  store: [...base, "match"],
  people: [...faces, "recognize", "store"],
  liveness: [...computing, "detect", "align", "match"],
  evaluate: everythingBelowPages,
  notebook: everythingBelowPages,
  web: [...everythingBelowPages, "notebook"],
};

function* sources(folder: string): Generator<string> {
  for (const entry of Deno.readDirSync(folder)) {
    const path = `${folder}/${entry.name}`;
    if (entry.isDirectory) yield* sources(path);
    else if (entry.name.endsWith(".ts")) yield path;
  }
}

/** "lib/store/json_store.ts" is in the room "store", "lib/config.ts" in the room "config". */
function roomOf(path: string): string {
  return path.split("/")[1]!.replace(/\.ts$/, "");
}

for (const [room, allowed] of Object.entries(mayImport)) {
  Deno.test(`no file of lib/${room} imports a room above it`, () => {
    for (const path of sources("lib").filter((p) => roomOf(p) === room)) {
      const text = Deno.readTextFileSync(path);
      for (const match of text.matchAll(/from "(\.{1,2}\/[^"]+\.ts)"/g)) {
        const target = roomOf(
          new URL(match[1]!, `file:///${path}`).pathname.slice(1),
        );
        assert.ok(
          target === room || allowed.includes(target),
          `${path} imports ${match[1]}`,
        );
      }
    }
  });
}

Deno.test("no file of lib/ or tests/ imports from jsr: or https:, which a fresh machine may not reach", () => {
  for (const path of [...sources("lib"), ...sources("tests")]) {
    assert.doesNotMatch(
      Deno.readTextFileSync(path),
      /from "(jsr|https?):/,
      path,
    );
  }
});

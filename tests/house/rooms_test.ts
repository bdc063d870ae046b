import assert from "node:assert/strict";
import { posix } from "node:path";
import { findCircle, readSources, unusedExports } from "./imports.ts";
import { measureFolder, mostOfLib } from "./size.ts";

const files = readSources("lib");

/** What each room may import besides itself (../shared/DESIGN.md). */
const base = ["config", "errors", "words", "worker_calls"];
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

/** "lib/store/json_store.ts" is in the room "store", "lib/config.ts" in the room "config". */
function roomOf(path: string): string {
  return path.split("/")[1]!.replace(/\.[jt]s$/, "");
}

for (const [room, allowed] of Object.entries(mayImport)) {
  Deno.test(`no file of lib/${room} imports a room above it`, () => {
    for (const { path, imports } of files) {
      if (roomOf(path) !== room) continue;
      for (const target of imports) {
        assert.ok(
          roomOf(target) === room || allowed.includes(roomOf(target)),
          `${path} imports ${target}`,
        );
      }
    }
  });
}

Deno.test("no files of lib/ import each other in a circle", () => {
  assert.equal(findCircle(files)?.join(" imports "), undefined);
});

Deno.test("no file of lib/ exports a name that nobody else uses", () => {
  assert.deepEqual(unusedExports(files, readSources("tests")), []);
});

Deno.test("lib/ has no more lines, files and exports than tests/house/size.ts says", () => {
  const size = measureFolder("lib");
  for (const measure of ["codeLines", "files", "exports"] as const) {
    assert.ok(
      size[measure] <= mostOfLib[measure],
      `${measure}: ${size[measure]}, at most ${mostOfLib[measure]}`,
    );
  }
});

Deno.test("no file of lib/ or tests/ imports from jsr: or https:, which a fresh machine may not reach", () => {
  for (const { path, text } of [...files, ...readSources("tests")]) {
    assert.doesNotMatch(text, /from "(jsr|https?):/, path);
  }
});

Deno.test("verify, register and users load nothing heavy before their settings are checked", () => {
  const needed = new Set<string>();
  const walk = (path: string) => {
    if (needed.has(path)) return;
    needed.add(path);
    // Deno reads what a quoted import() names, too, before any code runs.
    const { text } = files.find((file) => file.path === path)!;
    const imports = text.matchAll(
      /^(?:import|export) (?!type )(?:[^;"]*? from )?"([^"]+)"|(?<!typeof )import\("([^"]+)"\)/gm,
    );
    for (const [, of, later] of imports) {
      const name = of ?? later!;
      if (name.startsWith(".")) walk(posix.join(posix.dirname(path), name));
      else needed.add(name);
    }
  };
  for (const task of ["verify", "register", "users"]) {
    walk(`lib/cli/${task}.ts`);
  }
  assert.deepEqual([...needed].sort(), [
    "@commander-js/extra-typings",
    "fastest-levenshtein",
    "lib/cli/named_reads.ts",
    "lib/cli/register.ts",
    "lib/cli/run_task.ts",
    "lib/cli/users.ts",
    "lib/cli/verify.ts",
    "lib/config.ts",
    "lib/errors.ts",
    "lib/store/atomic_file.ts",
    "lib/store/store_place.ts",
    "lib/words.ts",
    "node:path",
    "node:util",
  ]);
});

Deno.test("no lock installs a second libvips, for another C library", () => {
  for (const lock of ["deno.lock", "tests/deno.lock"]) {
    assert.doesNotMatch(Deno.readTextFileSync(lock), /linuxmusl/, lock);
  }
});

Deno.test("every package has its reason in lib/README.md, and every task its line in lib/cli/README.md", () => {
  const { imports, tasks } = JSON.parse(Deno.readTextFileSync("deno.json"));
  const reasons = Deno.readTextFileSync("lib/README.md");
  const packages = Object.keys(imports)
    .map((name) => name.replace(/\/$/, ""))
    .filter((name) => !name.startsWith("@types/"));
  assert.deepEqual(
    packages.filter((name) => !reasons.includes(`\`${name}\``)),
    [],
  );
  const lines = Deno.readTextFileSync("lib/cli/README.md");
  assert.deepEqual(
    Object.keys(tasks).filter((task) => !lines.includes(`deno task ${task}`)),
    [],
  );
});

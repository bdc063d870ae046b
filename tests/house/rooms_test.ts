import assert from "node:assert/strict";
import { existsSync } from "node:fs";
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
  errors: [],
  words: [],
  worker_calls: ["errors"],
  config: ["errors", "words"],
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
  web: everythingBelowPages,
};

/** "lib/store/json_store.ts" is in the room "store", "lib/config.ts" in the room "config". */
function roomOf(path: string): string {
  return path.split("/")[1]!.replace(/\.[jt]s$/, "");
}

for (const [room, allowed] of Object.entries(mayImport)) {
  Deno.test(`no file of lib/${room} imports a room above it`, () => {
    const own = files.filter(({ path }) => roomOf(path) === room);
    assert.notEqual(own.length, 0);
    for (const { path, imports } of own) {
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
    "node:fs/promises",
    "node:path",
    "node:util",
  ]);
});

Deno.test("no lock installs a second libvips, for another C library", () => {
  for (const lock of ["deno.lock", "tests/deno.lock"]) {
    assert.doesNotMatch(Deno.readTextFileSync(lock), /linuxmusl/, lock);
  }
});

Deno.test("lib/README.md gives the reason of every package and of no other, and lib/cli/README.md a line of every task", () => {
  const { imports, tasks } = JSON.parse(Deno.readTextFileSync("deno.json"));
  const packages = Object.keys(imports).map((name) => name.replace(/\/$/, ""));
  const ofTests = readSources("tests").flatMap(({ text }) =>
    [...text.matchAll(/"npm:(@?[\w/.-]+)@/g)].map(([, name]) => name!)
  ).filter((name) => !packages.includes(name));
  const rows = Deno.readTextFileSync("lib/README.md")
    .match(/^\| .*`.* \| .* \|$/gm)!.map((row) => row.split(" | "));
  const explained = rows.flatMap(([names = "", reason = ""]) =>
    [...names.matchAll(/`([^`]+)`/g)].map(([, name]) => ({
      name: name!,
      testsOnly: reason.startsWith("tests only"),
    }))
  ).filter(({ name }) => !name.startsWith("@types/"));
  const namesOf = (testsOnly: boolean) =>
    explained.filter((row) => row.testsOnly === testsOnly)
      .map(({ name }) => name).sort();
  assert.deepEqual(
    namesOf(false),
    [...new Set(packages)].filter((name) => !name.startsWith("@types/")).sort(),
  );
  assert.deepEqual(namesOf(true), [...new Set(ofTests)].sort());
  const lines = Deno.readTextFileSync("lib/cli/README.md");
  assert.deepEqual(
    Object.keys(tasks).filter((task) => !lines.includes(`deno task ${task}`)),
    [],
  );
});

Deno.test("README.md has at most 1,000 words, and every room's README opens with a sentence and holds a drawing", () => {
  const words = Deno.readTextFileSync("README.md").split(/\s+/).filter(Boolean);
  assert.ok(words.length <= 1000, `${words.length} words`);
  const readmes = [...Deno.readDirSync("lib")]
    .map(({ name }) => `lib/${name}/README.md`).filter((path) =>
      existsSync(path)
    );
  for (const path of ["lib/README.md", ...readmes]) {
    const text = Deno.readTextFileSync(path);
    assert.match(text, /^# .+\n\n[A-Z][^#`|]+?\.\s/, path);
    assert.match(text, /^```\n(?:(?!```)[^])*[─│▶]/m, path);
    assert.ok(path === "lib/README.md" || lists(path), `${path} is not listed`);
  }
});

/** Whether lib/README.md names a room's README. */
function lists(path: string): boolean {
  const rooms = Deno.readTextFileSync("lib/README.md");
  return rooms.includes(`](${path.replace(/^lib\//, "")})`);
}

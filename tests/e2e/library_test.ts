import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";

const project = fileURLToPath(new URL("../../", import.meta.url));
const [program, settings] = Deno.readTextFileSync("README.md")
  .split("## The library")[1]!.matchAll(/```(?:ts|json)\n([^]*?)```/g)
  .map(([, text]) => text!);

Deno.test("lib/mod.ts exports at most 40 names, each by name", () => {
  const text = Deno.readTextFileSync("lib/mod.ts");
  assert.doesNotMatch(text, /export \*/);
  const names = [...text.matchAll(/^export \{([^}]*)\}/gm)]
    .flatMap(([, list]) => list!.split(","))
    .filter((name) => name.trim() !== "");
  assert.ok(names.length <= 40, `${names.length} names`);
});

Deno.test("the README's program has at most seven statements", () => {
  const statements = program!.match(/;$/gm)!.length;
  assert.equal(statements, 7);
});

Deno.test("the README's program and settings load the library from another folder, register photos and sign one in", async () => {
  const folder = await Deno.makeTempDir();
  try {
    const config = JSON.parse(settings!);
    config.links = [project];
    await Deno.writeTextFile(
      `${folder}/deno.json`,
      JSON.stringify(config),
    );
    await Deno.writeTextFile(`${folder}/main.ts`, program!);
    for (const photos of ["registration_photos", "signin_photos"]) {
      await Deno.symlink(`${project}${photos}`, `${folder}/${photos}`);
    }
    const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
      args: [
        "run",
        "--quiet",
        "--no-prompt",
        "--allow-read",
        "--allow-write=.",
        "--allow-env",
        "--allow-sys",
        "--allow-ffi",
        "main.ts",
      ],
      cwd: folder,
      stdin: "null",
    }).output();
    assert.equal(code, 0, new TextDecoder().decode(stderr));
    assert.match(new TextDecoder().decode(stdout), /^andrew 0\.\d+\n$/);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

import assert from "node:assert/strict";
import { dirname } from "node:path";
import { runDenoTask } from "../e2e/task.ts";
import { freshFolder } from "../e2e/task.ts";

interface Notebook {
  readonly cells: {
    readonly cell_type: string;
    source: string | string[];
    readonly outputs?: readonly {
      readonly data?: Readonly<Record<string, string | string[]>>;
      readonly output_type: string;
    }[];
  }[];
}

const hasJupyter = new Deno.Command("/usr/bin/python3", {
  args: ["-c", "import nbclient"],
  stdout: "null",
  stderr: "null",
}).output().then(({ success }) => success, () => false);
const missing = !await hasJupyter && Deno.env.get("CI") === undefined;
const skipped = missing ? " (skipped: apt-get install python3-nbclient)" : "";

async function read(path: string): Promise<Notebook> {
  return JSON.parse(await Deno.readTextFile(path));
}

/** Every text that a cell showed, its figures' words among them: the numbers and verdicts of a run. */
function texts({ cells }: Notebook): string[] {
  return cells.flatMap(({ outputs = [] }) =>
    outputs.map(({ data }) => [data?.["text/plain"] ?? ""].flat().join(""))
  );
}

/** Every sentence that a cell showed as Markdown. */
function statements({ cells }: Notebook): string[] {
  return cells.flatMap(({ outputs = [] }) =>
    outputs.flatMap(({ data }) => data?.["text/markdown"] ?? [])
      .flatMap((text) => text.split("\n"))
  ).filter((line) => line.includes("**"));
}

async function folderWithNotebook(): Promise<string> {
  const folder = await freshFolder();
  await new Deno.Command("cp", { args: ["-r", "main.ipynb", "tests", folder] })
    .output();
  return folder;
}

Deno.test({
  name:
    `a run of the notebook in a real kernel changes no committed digit${skipped}`,
  ignore: missing,
  async fn() {
    const folder = await folderWithNotebook();
    const { code, err } = await runDenoTask(folder, "notebook");
    assert.equal(code, 0, err);
    const fresh = await read(`${folder}/main.ipynb`);
    const committed = await read("main.ipynb");
    assert.deepEqual(texts(fresh), texts(committed));
    const said = statements(fresh).join("\n");
    assert.match(said, /Accepted: this is andrew/);
    assert.match(said, /Rejected: this is nobody who is registered/);
    await Deno.remove(folder, { recursive: true });
  },
});

/** Photos of somebody else's, by where they are put; the sample photos are gone. */
const foreign: Record<string, Record<string, string>> = {
  "two users, one photo without a face": {
    "photos/kim/1.jpg": "registration_photos/beatriz/beatriz_01.jpg",
    "photos/kim/2.jpg": "registration_photos/beatriz/beatriz_02.jpg",
    "photos/kim/back.jpg": "tests/photos/back.jpg",
    "photos/lee/1.jpg": "registration_photos/daisuke/daisuke_01.jpg",
    "photos/lee/2.jpg": "registration_photos/daisuke/daisuke_02.jpg",
  },
  "one user with one photo": {
    "photos/me.jpg": "registration_photos/dalila/dalila_01.jpg",
  },
};

for (const [what, photos] of Object.entries(foreign)) {
  Deno.test({
    name: `the notebook runs on a folder of ${what}${skipped}`,
    ignore: missing,
    async fn() {
      const folder = await folderWithNotebook();
      for (const [to, from] of Object.entries(photos)) {
        await Deno.mkdir(dirname(`${folder}/${to}`), { recursive: true });
        await Deno.copyFile(from, `${folder}/${to}`);
      }
      await Deno.writeTextFile(
        `${folder}/.env`,
        "register_path=./photos\nsignin_image=./nowhere/me.jpg\nuser=me\n",
      );
      const { code, err } = await runDenoTask(folder, "notebook");
      assert.equal(code, 0, err);
      const notebook = await read(`${folder}/main.ipynb`);
      for (const { cell_type, outputs = [], source } of notebook.cells) {
        if (cell_type === "code") assert.ok(outputs.length > 0, String(source));
      }
      const said = statements(notebook).join("\n");
      assert.match(said, /Accepted: this is (kim|lee|me)/);
      assert.doesNotMatch(JSON.stringify(notebook), /andrew|beatriz|hana/);
      await Deno.remove(folder, { recursive: true });
    },
  });
}

Deno.test({
  name: `a broken cell makes the notebook's run fail and is named${skipped}`,
  ignore: missing,
  async fn() {
    const folder = await folderWithNotebook();
    const path = `${folder}/main.ipynb`;
    const notebook = await read(path);
    const first = notebook.cells.findIndex(({ cell_type }) =>
      cell_type === "code"
    );
    notebook.cells[first]!.source =
      "await Promise.reject(new Error('broken on purpose'));";
    const text = JSON.stringify(notebook);
    await Deno.remove(path);
    await Deno.writeTextFile(path, text);
    const { code, err } = await runDenoTask(folder, "notebook");
    assert.equal(code, 1);
    assert.match(
      err,
      new RegExp(`Cell ${first + 1} failed with .*broken on purpose`),
    );
    assert.equal(
      await Deno.readTextFile(path),
      text,
      "the notebook is left as it was",
    );
    await Deno.remove(folder, { recursive: true });
  },
});

Deno.test("every code cell of the committed notebook is short, mostly not about showing, and shows something", async () => {
  const { cells } = await read("main.ipynb");
  assert.ok(cells.length <= 60);
  for (const { cell_type, source, outputs = [] } of cells) {
    if (cell_type !== "code") continue;
    const text = typeof source === "string" ? source : source.join("");
    const lines = text.split("\n").length;
    assert.ok(lines <= 12, text);
    const showing = text.match(/^await fig\.(show|check)\([^]*?\);$/gm) ?? [];
    const shownIn = showing.join("\n").split("\n").length;
    assert.ok(showing.length > 0 && shownIn <= lines / 4, text);
    assert.doesNotMatch(text, /andrew|beatriz|hana|\.jpg/, "names nobody");
    assert.ok(outputs.length > 0, text);
    assert.ok(
      outputs.every(({ output_type }) => output_type !== "error"),
      text,
    );
  }
});

Deno.test("each section of the notebook has something to try, and three questions end it", async () => {
  const { cells } = await read("main.ipynb");
  const story = cells.map(({ source }) => [source].flat().join("")).join("\n");
  const [, ...sections] = story.split(/^## /m);
  const tries = sections.filter((text) => text.includes("**Try it.**"));
  assert.ok(tries.length >= 6, `${tries.length} sections`);
  for (const text of tries) assert.match(text, /await fig\.check\(/);
  const questions = sections.find((text) => text.startsWith("Three questions"));
  assert.equal(questions?.match(/^\d\. /gm)?.length, 3);
});

Deno.test("check_notebook finds a misspelt export that a kernel would take for undefined", async () => {
  const folder = await folderWithNotebook();
  const notebook = await read("main.ipynb");
  const first = notebook.cells.find(({ cell_type }) => cell_type === "code")!;
  first.source =
    "import { readSetings } from './lib/mod.ts';\nconsole.log(readSetings);";
  await Deno.writeTextFile(`${folder}/broken.ipynb`, JSON.stringify(notebook));
  const check = async (path: string) =>
    await new Deno.Command(Deno.execPath(), {
      args: ["run", "--allow-all", "tests/notebook/check_notebook.ts", path],
      cwd: folder,
    }).output();
  assert.equal((await check("main.ipynb")).code, 0);
  const broken = await check("broken.ipynb");
  assert.equal(broken.code, 1);
  assert.match(new TextDecoder().decode(broken.stderr), /readSetings/);
  await Deno.remove(folder, { recursive: true });
});

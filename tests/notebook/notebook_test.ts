import assert from "node:assert/strict";
import { runDenoTask } from "../e2e/task.ts";
import { assertTellsOf, foreignPhotos, putPhotos } from "./foreign_photos.ts";
import {
  assertWhole,
  hasLab,
  type Notebook,
  notebookFolder,
  outputTexts,
  readNotebook,
  succeeds,
} from "./notebook_folder.ts";

const missing = Deno.env.get("CI") === undefined &&
  !await succeeds("/usr/bin/python3", "-c", "import nbclient");
const skipped = missing ? " (skipped: apt-get install python3-nbclient)" : "";

/** Every sentence that a cell showed as Markdown. */
function statements({ cells }: Notebook): string[] {
  return cells.flatMap(({ outputs = [] }) =>
    outputs.flatMap(({ data }) => data?.["text/markdown"] ?? [])
      .flatMap((text) => text.split("\n"))
  ).filter((line) => line.includes("**"));
}

Deno.test({
  name:
    `a run of the notebook in a real kernel changes no committed digit${skipped}`,
  ignore: missing,
  async fn() {
    const folder = await notebookFolder();
    const { code, err } = await runDenoTask(folder, "notebook");
    assert.equal(code, 0, err);
    const fresh = await readNotebook(`${folder}/main.ipynb`);
    const committed = await readNotebook("main.ipynb");
    assert.deepEqual(outputTexts(fresh), outputTexts(committed));
    const said = statements(fresh).join("\n");
    assert.match(said, /Accepted: this is andrew/);
    assert.match(said, /Rejected: this is nobody who is registered/);
    await Deno.remove(folder, { recursive: true });
  },
});

for (const [what, foreign] of Object.entries(foreignPhotos)) {
  Deno.test({
    name: `the notebook runs on a folder of ${what}${
      hasLab ? " (skipped: JupyterLab's test runs it)" : skipped
    }`,
    ignore: hasLab || missing,
    async fn() {
      const folder = await notebookFolder();
      await putPhotos(folder, foreign);
      const { code, err } = await runDenoTask(folder, "notebook");
      assert.equal(code, 0, err);
      const notebook = await readNotebook(`${folder}/main.ipynb`);
      assertWhole(notebook);
      assertTellsOf(foreign, notebook);
      await Deno.remove(folder, { recursive: true });
    },
  });
}

Deno.test({
  name:
    `one's own face signs in first where the photos lie as the notebook's last cell says${skipped}`,
  ignore: missing,
  async fn() {
    const folder = await notebookFolder();
    const own = "signin_photos/hana/hana";
    const { cells } = await readNotebook(`${folder}/main.ipynb`);
    const told = [cells.at(-1)!.source].flat().join("");
    const [, setting] = /`(signin_image=[^`]*)`/.exec(told)!;
    const [, registered, signin] = /into `([^`]*)` and a third into\s`([^`]*)`/
      .exec(told)!;
    const zoe = (text: string) => text.replace("NAME", "zoe");
    await putPhotos(folder, {
      photos: {
        [zoe(`${registered}1.jpg`)]: `${own}_01.jpg`,
        [zoe(`${registered}2.jpg`)]: `${own}_02.jpg`,
        [zoe(`${signin}3.jpg`)]: `${own}_03.jpg`,
      },
      settings: zoe(setting!).replace("PHOTO", "3.jpg"),
    });
    const { code, err } = await runDenoTask(folder, "notebook");
    assert.equal(code, 0, err);
    const notebook = await readNotebook(`${folder}/main.ipynb`);
    const verdicts = outputTexts(notebook)
      .filter((text) => /^(Accepted|Rejected): /.test(text));
    assert.match(verdicts[0]!, /^Accepted: zoe: 3\.jpg lies 0\.\d\d from /);
    await Deno.remove(folder, { recursive: true });
  },
});

Deno.test({
  name: `a broken cell makes the notebook's run fail and is named${skipped}`,
  ignore: missing,
  async fn() {
    const folder = await notebookFolder();
    const path = `${folder}/main.ipynb`;
    const notebook = await readNotebook(path);
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
  const { cells } = await readNotebook("main.ipynb");
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
  const { cells } = await readNotebook("main.ipynb");
  const story = cells.map(({ source }) => [source].flat().join("")).join("\n");
  const [, ...sections] = story.split(/^## /m);
  const tries = sections.filter((text) => text.includes("**Try it.**"));
  assert.ok(tries.length >= 6, `${tries.length} sections`);
  for (const text of tries) assert.match(text, /await fig\.check\(/);
  const questions = sections.find((text) => text.startsWith("Three questions"));
  assert.equal(questions?.match(/^\d\. /gm)?.length, 3);
});

Deno.test("check_notebook finds a misspelt export that a kernel would take for undefined", async () => {
  const folder = await notebookFolder();
  const notebook = await readNotebook("main.ipynb");
  const first = notebook.cells.find(({ cell_type }) => cell_type === "code")!;
  first.source =
    "import { readSetings } from './lib/mod.ts';\nconsole.log(readSetings);";
  await Deno.writeTextFile(`${folder}/broken.ipynb`, JSON.stringify(notebook));
  // That the notebook itself passes is part of `deno task check`.
  const { code, stderr } = await new Deno.Command(Deno.execPath(), {
    args: [
      "run",
      "--allow-all",
      "tests/notebook/check_notebook.ts",
      "broken.ipynb",
    ],
    cwd: folder,
  }).output();
  assert.equal(code, 1);
  assert.match(new TextDecoder().decode(stderr), /readSetings/);
  await Deno.remove(folder, { recursive: true });
});

import assert from "node:assert/strict";
import { chromiumPath } from "../browser/browser.ts";
import { freshFolder } from "../e2e/task.ts";

/** Whether JupyterLab can be driven by a browser here. */
export const hasLab = chromiumPath !== null &&
  await succeeds("sh", "-c", "command -v jupyter-lab");

/** Whether a command is here and ends well. */
export async function succeeds(
  command: string,
  ...args: string[]
): Promise<boolean> {
  return await new Deno.Command(command, {
    args,
    stdout: "null",
    stderr: "null",
  }).output().then(({ success }) => success, () => false);
}

/** A notebook, as far as tests read it. */
export interface Notebook {
  readonly cells: {
    readonly cell_type: string;
    source: string | string[];
    outputs?: readonly {
      readonly data?: Readonly<Record<string, string | string[]>>;
      readonly output_type: string;
    }[];
    execution_count?: number | null;
  }[];
}

export async function readNotebook(path: string): Promise<Notebook> {
  return JSON.parse(await Deno.readTextFile(path));
}

/** Every text that a cell showed, its figures' words among them: the numbers and verdicts of a run. */
export function outputTexts({ cells }: Notebook): string[] {
  return cells.flatMap(({ outputs = [] }) =>
    outputs.map(({ data }) => [data?.["text/plain"] ?? ""].flat().join(""))
  );
}

/** A fresh clone with a notebook that was never run: what is in it afterwards, a run has shown. */
export async function notebookFolder(): Promise<string> {
  const folder = await freshFolder();
  await new Deno.Command("cp", { args: ["-r", "tests", folder] }).output();
  const notebook = await readNotebook("main.ipynb");
  for (const cell of notebook.cells) {
    if (cell.cell_type !== "code") continue;
    cell.outputs = [];
    cell.execution_count = null;
  }
  await Deno.writeTextFile(`${folder}/main.ipynb`, JSON.stringify(notebook));
  return folder;
}

/** Every code cell has run and shown something, and none has failed. */
export function assertWhole({ cells }: Notebook): void {
  for (const { cell_type, source, outputs = [], execution_count } of cells) {
    if (cell_type !== "code") continue;
    assert.equal(typeof execution_count, "number", String(source));
    assert.ok(outputs.length > 0, String(source));
    assert.ok(
      outputs.every(({ output_type }) => output_type !== "error"),
      String(source),
    );
  }
}

/**
 * `deno run -A tests/notebook/check_notebook.ts [NOTEBOOK]`: passes the notebook's cells through
 * `deno check` and `deno lint`, which do not read notebooks themselves, and `deno fmt --check`,
 * which in 2.9.6 calls a notebook unformatted that it would not change. In a kernel a type error
 * does not fail a cell and a missing export is silently undefined.
 */
import { runScript } from "../run_script.ts";

interface Notebook {
  readonly cells: readonly {
    readonly cell_type: string;
    readonly source: string | readonly string[];
  }[];
}

if (import.meta.main) await runScript(checkNotebook);

async function checkNotebook([path = "main.ipynb"]: string[]): Promise<number> {
  const notebook: Notebook = JSON.parse(await Deno.readTextFile(path));
  const file = `${path}.cells.tmp.ts`;
  await Deno.writeTextFile(file, cellsAsModule(notebook));
  try {
    const passed = await passes(["check", file]) &&
      await passes(["lint", file]) && await passes(["fmt", "--check", file]);
    console.log(
      passed
        ? `${path}: the cells are clean.`
        : `${path}: the cells above are not clean; the comment above each names it.`,
    );
    return passed ? 0 : 1;
  } finally {
    await Deno.remove(file);
  }
}

/** All code cells as one module, each below a comment that names it. */
export function cellsAsModule({ cells }: Notebook): string {
  return cells
    .map(({ cell_type, source }, i) => ({
      cell_type,
      text: `// cell ${i + 1}\n${
        typeof source === "string" ? source : source.join("")
      }\n`,
    }))
    .filter(({ cell_type }) => cell_type === "code")
    .map(({ text }) => text)
    .join("\n");
}

async function passes(args: string[]): Promise<boolean> {
  const { success } = await new Deno.Command(Deno.execPath(), { args }).spawn()
    .status;
  return success;
}

/** `deno task notebook [IN.ipynb [OUT.ipynb]]`: runs the notebook in a real kernel and saves it with its outputs. */
import { dirname } from "node:path";
import { MissingToolError } from "../errors.ts";
import { answer, runTask, taskCommand } from "./run_task.ts";

const runner = "tests/notebook/run_notebook.py";

const notebook = taskCommand(
  "notebook",
  "Runs a notebook in a real kernel and saves it with its outputs.",
  "main.ipynb /tmp/again.ipynb",
)
  .argument("[in]", "the notebook to run", "main.ipynb")
  .argument("[out]", "where it is saved; in its own place unless named")
  .action(async (source, target = source) => {
    const python = await pythonWithJupyter();
    // The kernel is started as "deno": this very Deno must be the one that is found.
    const path = `${dirname(Deno.execPath())}:${Deno.env.get("PATH") ?? ""}`;
    const child = new Deno.Command(python, {
      args: [runner, source, target],
      env: { PATH: path },
      stdin: "null",
    }).spawn();
    const { code } = await child.status;
    answer({
      exitCode: code,
      result: { notebook: target, code },
      lines: code === 0 ? [`${target} holds the outputs of this run.`] : [],
    });
  });

if (import.meta.main) await runTask(notebook);

/** The first Python that has Jupyter's client libraries; Debian's need not be first on the path. */
async function pythonWithJupyter(): Promise<string> {
  for (const python of ["python3", "/usr/bin/python3"]) {
    const probe = new Deno.Command(python, {
      args: ["-c", "import nbclient, nbformat, jupyter_client"],
      stdout: "null",
      stderr: "null",
    });
    const found = await probe.output()
      .then(({ success }) => success, () => false);
    if (found) return python;
  }
  throw new MissingToolError(
    "Jupyter's client is missing; install it: apt-get install python3-nbclient (or pip install nbclient).",
  );
}

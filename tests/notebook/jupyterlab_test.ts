/**
 * JupyterLab itself, driven by a browser: Run All on the samples and on other people's photos. Pictures of the
 * notebook in light and dark go to the folder that the variable `screenshots` names, if any.
 * `pip install jupyterlab` brings `jupyter-lab`; without it, or without Chromium, these tests are skipped.
 */
import assert from "node:assert/strict";
import { basename, dirname } from "node:path";
import { fileURLToPath } from "node:url";
import type { BrowserContext, Page } from "npm:playwright-core@1.65.1";
import { openBrowser } from "../browser/browser.ts";
import { assertTellsOf, foreignPhotos, putPhotos } from "./foreign_photos.ts";
import {
  assertWhole,
  hasLab,
  type Notebook,
  notebookFolder,
} from "./notebook_folder.ts";

if (!hasLab) {
  console.log("skipped: JupyterLab's tests need pip install jupyterlab");
}

/** What JupyterLab offers to scripts in its page, as far as it is used here. */
interface LabPage {
  readonly jupyterapp: {
    readonly restored: Promise<void>;
    readonly commands: {
      execute(name: string, options?: Record<string, string>): Promise<unknown>;
    };
    readonly shell: {
      readonly currentWidget: {
        readonly sessionContext: { readonly ready: Promise<void> };
        readonly content: { readonly model: { toJSON(): Notebook } };
      };
    };
  };
}

Deno.test({
  name: "Run All in JupyterLab ends without an error and shows every output",
  ignore: !hasLab,
  async fn(test) {
    const root = await Deno.makeTempDir();
    const lab = await startLab(root);
    const browser = await openBrowser();
    const context = await browser.newContext({
      baseURL: lab.url,
      viewport: { width: 1280, height: 1000 },
    });
    context.setDefaultTimeout(120_000);
    try {
      await test.step("the sample photos", () =>
        runAll(context, `${root}/samples`, async (_, page) => {
          assert.equal(await page.locator(sliders).count(), 3);
          await slides(page);
          await takePictures(page);
        }));
      for (const [i, what] of Object.keys(foreignPhotos).entries()) {
        const foreign = foreignPhotos[what]!;
        await test.step(
          what,
          () =>
            runAll(context, `${root}/foreign_${i}`, (notebook) => {
              assertTellsOf(foreign, notebook);
              return Promise.resolve();
            }, (folder) => putPhotos(folder, foreign)),
        );
      }
    } finally {
      await browser.close();
      await lab.stop();
      await Deno.remove(root, { recursive: true });
    }
  },
});

const sliders = ".jp-OutputArea input[type=range]";

/** Runs all cells of a notebook that was never run, in a folder that this makes, and looks at what came of it. */
async function runAll(
  context: BrowserContext,
  folder: string,
  look: (notebook: Notebook, page: Page) => Promise<void>,
  prepare?: (folder: string) => Promise<void>,
) {
  await Deno.rename(await notebookFolder(), folder);
  await prepare?.(folder);
  const page = await context.newPage();
  const name = basename(folder);
  // A workspace of its own, which does not open again what another page had open.
  await page.goto(`/lab/workspaces/${name}/tree/${name}/main.ipynb`);
  await page.waitForSelector(".jp-Notebook .jp-Cell");
  const notebook = await runCells(page);
  assertWhole(notebook);
  await look(notebook, page);
  await page.close();
}

/** Starts JupyterLab on a folder, its settings and data in the folder, too. */
async function startLab(folder: string) {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = listener.addr as Deno.NetAddr;
  listener.close();
  // All cells are drawn, not only those in view.
  const settings = `${folder}/.lab/settings`;
  const tracker = `${settings}/@jupyterlab/notebook-extension`;
  await Deno.mkdir(tracker, { recursive: true });
  await Deno.writeTextFile(
    `${tracker}/tracker.jupyterlab-settings`,
    JSON.stringify({ windowingMode: "none" }),
  );
  const child = new Deno.Command("jupyter-lab", {
    args: [
      "--no-browser",
      "--allow-root",
      "--expose-app-in-browser",
      `--port=${port}`,
      "--ServerApp.port_retries=0",
      "--IdentityProvider.token=",
      `--ServerApp.root_dir=${folder}`,
      "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate",
      "--LabApp.news_url=None",
    ],
    cwd: folder,
    env: {
      HOME: `${folder}/.lab`,
      JUPYTER_PATH: dirname(fileURLToPath(import.meta.url)),
      JUPYTERLAB_SETTINGS_DIR: settings,
      DENO_DIR: Deno.env.get("DENO_DIR") ??
        `${Deno.env.get("HOME")}/.cache/deno`,
      PATH: `${dirname(Deno.execPath())}:${Deno.env.get("PATH")}`,
    },
    stdin: "null",
    stdout: "null",
    stderr: "null",
  }).spawn();
  const url = `http://127.0.0.1:${port}`;
  for (let tries = 0; tries < 300; tries++) {
    const up = await fetch(`${url}/api/status`).then(async (answer) => {
      await answer.body?.cancel();
      return answer.ok;
    }, () => false);
    if (up) break;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  const stop = async () => {
    child.kill("SIGTERM");
    await child.status;
  };
  return { url, stop };
}

/**
 * Runs all cells. Deno's kernel may send an output after it has said that the cell is done, and JupyterLab
 * drops what comes then: where an output is missing on a busy machine, all is run again, as a person would.
 */
async function runCells(page: Page): Promise<Notebook> {
  return await page.evaluate(async () => {
    const { jupyterapp: app } = globalThis as unknown as LabPage;
    await app.restored;
    const { content, sessionContext } = app.shell.currentWidget;
    await sessionContext.ready;
    const isWhole = ({ cells }: Notebook) =>
      cells.every(({ cell_type, outputs = [] }) =>
        cell_type !== "code" || outputs.length > 0
      );
    for (let runs = 0; runs < 3; runs++) {
      await app.commands.execute("notebook:run-all-cells");
      for (let polls = 0; polls < 10; polls++) {
        await new Promise((resolve) => setTimeout(resolve, 500));
        if (polls > 1 && isWhole(content.model.toJSON())) break;
      }
      if (isWhole(content.model.toJSON())) break;
    }
    return content.model.toJSON();
  });
}

/** Moves each slider; its words change. */
async function slides(page: Page) {
  for (
    const slider of await page.locator(sliders).all()
  ) {
    const words = slider.locator("xpath=following-sibling::p");
    const before = await words.textContent();
    await slider.focus();
    await slider.press("End");
    assert.notEqual(await words.textContent(), before);
    await slider.press("Home");
  }
}

async function takePictures(page: Page) {
  const folder = Deno.env.get("screenshots");
  if (folder === undefined) return;
  for (const theme of ["JupyterLab Light", "JupyterLab Dark"]) {
    await page.evaluate(async (theme) => {
      const { jupyterapp: app } = globalThis as unknown as LabPage;
      await app.commands.execute("apputils:change-theme", { theme });
    }, theme);
    const outputs = page.locator(".jp-OutputArea-output");
    for (let i = 0; i < await outputs.count(); i += 4) {
      await outputs.nth(i).scrollIntoViewIfNeeded();
      await page.screenshot({ path: `${folder}/${theme.slice(11)}_${i}.png` });
    }
  }
}

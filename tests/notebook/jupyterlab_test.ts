/**
 * JupyterLab itself, driven by a browser: Run All on the samples and on other people's photos. Pictures of the
 * notebook in light and dark go to the folder that the variable `screenshots` names, if any.
 * `pip install jupyterlab` brings `jupyter-lab`; without it, or without Chromium, these tests are skipped.
 */
import assert from "node:assert/strict";
import { dirname } from "node:path";
import type { Browser, Page } from "npm:playwright-core@1.65.1";
import { chromiumPath, openBrowser } from "../browser/browser.ts";
import { freshFolder } from "../e2e/task.ts";

const hasLab = await new Deno.Command("jupyter-lab", {
  args: ["--version"],
  stdout: "null",
  stderr: "null",
}).output().then(({ success }) => success, () => false);
const ignore = !hasLab || chromiumPath === null;
if (ignore) {
  console.log("skipped: JupyterLab's tests need pip install jupyterlab");
}

/** What a run left in the notebook's model. */
interface RunNotebook {
  readonly cells: readonly {
    readonly cell_type: string;
    readonly source: string;
    readonly outputs: readonly { readonly output_type: string }[];
  }[];
}

/** Photos by where they are put; the sample photos where there are none. */
const cases: Record<string, Record<string, string>> = {
  "the sample photos": {},
  "a folder of two users, one photo without a face": {
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

Deno.test({
  name: "Run All in JupyterLab ends without an error and shows every output",
  ignore,
  async fn(test) {
    const browser = await openBrowser();
    try {
      for (const [what, photos] of Object.entries(cases)) {
        await test.step(what, () => runAll(browser, photos));
      }
    } finally {
      await browser.close();
    }
  },
});

async function runAll(browser: Browser, photos: Record<string, string>) {
  const folder = await freshFolder();
  await new Deno.Command("cp", { args: ["-r", "main.ipynb", "tests", folder] })
    .output();
  for (const [to, from] of Object.entries(photos)) {
    await Deno.mkdir(dirname(`${folder}/${to}`), { recursive: true });
    await Deno.copyFile(from, `${folder}/${to}`);
  }
  const samples = Object.keys(photos).length === 0;
  if (!samples) {
    await Deno.writeTextFile(
      `${folder}/.env`,
      "register_path=./photos\nsignin_image=./nowhere/me.jpg\nuser=me\n",
    );
  }
  const lab = await startLab(folder);
  try {
    const page = await browser.newPage({
      baseURL: lab.url,
      viewport: { width: 1280, height: 1000 },
    });
    page.setDefaultTimeout(120_000);
    await page.goto("/lab/tree/main.ipynb");
    await page.waitForSelector(".jp-Notebook .jp-Cell");
    const { cells } = await runCells(page);
    for (const { cell_type, source, outputs } of cells) {
      if (cell_type !== "code") continue;
      assert.ok(outputs.length > 0, source);
      assert.ok(outputs.every((one) => one.output_type !== "error"), source);
    }
    if (samples) {
      assert.equal(
        await page.locator(".jp-OutputArea input[type=range]").count(),
        3,
      );
      await slides(page);
      await takePictures(page);
    }
    await page.close();
  } finally {
    await lab.stop();
    await Deno.remove(folder, { recursive: true });
  }
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
      JUPYTER_PATH: `${folder}/tests/notebook`,
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
async function runCells(page: Page): Promise<RunNotebook> {
  return await page.evaluate(async () => {
    // deno-lint-ignore no-explicit-any
    const { jupyterapp: app } = globalThis as any;
    await app.restored;
    const { content, sessionContext } = app.shell.currentWidget;
    await sessionContext.ready;
    const isWhole = ({ cells }: RunNotebook) =>
      cells.every(({ cell_type, outputs }) =>
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
    const slider of await page.locator(".jp-OutputArea input[type=range]").all()
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
      // deno-lint-ignore no-explicit-any
      const { jupyterapp: app } = globalThis as any;
      await app.commands.execute("apputils:change-theme", { theme });
    }, theme);
    const outputs = page.locator(".jp-OutputArea-output");
    for (let i = 0; i < await outputs.count(); i += 4) {
      await outputs.nth(i).scrollIntoViewIfNeeded();
      await page.screenshot({ path: `${folder}/${theme.slice(11)}_${i}.png` });
    }
  }
}

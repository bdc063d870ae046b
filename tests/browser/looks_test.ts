import axe from "npm:axe-core@4.14.1";
import assert from "node:assert/strict";
import type { Page } from "npm:playwright-core@1.65.1";
import { password, startAdministered } from "./administered_server.ts";
import { chromiumPath, openBrowser, openPage } from "./browser.ts";

const ignore = chromiumPath === null;

/** What axe finds wrong, in a line each. */
async function barriers(page: Page): Promise<string[]> {
  // The page's policy forbids scripts from elsewhere, so axe comes in through the debugger.
  await page.evaluate(axe.source);
  const { violations } = await page.evaluate<axe.AxeResults>("axe.run()");
  return violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`);
}

/** How much wider than the window the page is, px. */
async function overflow(page: Page): Promise<number> {
  return await page.evaluate<number>(
    "document.documentElement.scrollWidth - document.documentElement.clientWidth",
  );
}

/** Waits for a stage; where axe held up the page too long for the one before, tries again as a person would. */
async function reachStage(page: Page, stage: string): Promise<void> {
  const expects = `#main[data-expects=${stage}]`;
  for (let tries = 1; tries < 3; tries++) {
    await page.locator(`${expects}, #again:visible`).first().waitFor();
    if (!await page.isVisible("#again")) return;
    await page.click("#again");
  }
  await page.waitForSelector(expects);
}

Deno.test({
  name:
    "no page has a barrier that axe knows, and none is wider than its window: at a desk and on a phone, light and dark",
  ignore,
  async fn() {
    const server = await startAdministered(
      "andrew",
      "registration_photos/andrew_01.jpg",
    );
    const browser = await openBrowser();
    try {
      const looks = [{ phone: false, dark: false }, {
        phone: true,
        dark: true,
      }];
      for (const look of looks) {
        const page = await openPage(browser, server, null, look);
        const check = async (what: string) => {
          const where = `${what} ${JSON.stringify(look)}`;
          assert.deepEqual(await barriers(page), [], where);
          assert.ok(await overflow(page) <= 0, `${where} is too wide`);
        };
        for (const path of ["/", "/register", "/people", "/me", "/how"]) {
          await page.goto(path);
          await page.waitForSelector("#main:not([data-state=loading])");
          await check(path);
        }
        await page.goto("/people");
        await page.fill("#password", password);
        await page.click("#enter");
        await page.locator("[data-user=andrew] [data-part=delete]").click();
        await check("the dialog before a removal");
        assert.deepEqual(page.errors, []);
        await page.context().close();
        const lit = { ...look, person: "andrew" };
        const signIn = await openPage(browser, server, null, lit);
        await signIn.goto("/");
        await signIn.click("#start:enabled");
        for (const stage of ["light", "motion"]) {
          await reachStage(signIn, stage);
          assert.deepEqual(await barriers(signIn), [], stage);
          assert.ok(await overflow(signIn) <= 0, `${stage} is too wide`);
        }
        await signIn.context().close();
      }
    } finally {
      await browser.close();
      await server.stop();
    }
  },
});

Deno.test({
  name:
    "no camera, a camera that is refused and one that is lost have a sentence each, and keys alone are enough to get there",
  ignore,
  async fn() {
    const server = await startAdministered(
      "andrew",
      "registration_photos/andrew_01.jpg",
    );
    const browser = await openBrowser();
    try {
      const trouble = async (page: Page) => {
        await page.waitForSelector("#camera-trouble:not([hidden])");
        return await page.innerText("#camera-trouble");
      };
      const bare = await openPage(browser, server, null);
      await bare.context().grantPermissions(["camera"]);
      await bare.goto("/");
      await bare.waitForSelector("#start:enabled");
      await bare.focus("#name");
      await bare.keyboard.press("Tab");
      await bare.keyboard.press("Tab");
      await bare.keyboard.press("Enter");
      assert.match(await trouble(bare), /No camera found/);

      const refused = await openPage(browser, server, null);
      await refused.addInitScript(
        `navigator.mediaDevices.getUserMedia = () =>
          Promise.reject(new DOMException("no", "NotAllowedError"));`,
      );
      await refused.goto("/");
      await refused.click("#start:enabled");
      assert.match(await trouble(refused), /not allowed/);

      const lost = await openPage(browser, server, null, { person: "andrew" });
      await lost.goto("/");
      await lost.click("#start:enabled");
      await lost.waitForSelector("#actions li");
      await lost.evaluate("unplugCamera()");
      assert.match(await trouble(lost), /lost/);
    } finally {
      await browser.close();
      await server.stop();
    }
  },
});

import assert from "node:assert/strict";
import { setTimeout as delay } from "node:timers/promises";
import type { Page } from "npm:playwright-core@1.65.1";
import { startTestServer } from "../web/running_server.ts";
import { chromiumPath, type Cue, openBrowser, openPage } from "./browser.ts";

/** Photos of andrew that show the poses a registration asks for. */
const poseFiles: Record<string, string> = {
  straight: "registration_photos/andrew_01.jpg",
  left: "registration_photos/andrew_03.jpg",
  right: "registration_photos/andrew_02.jpg",
  up: "registration_photos/andrew_05.jpg",
  down: "signin_photos/andrew_07.jpg",
};

const ignore = chromiumPath === null;
const next = ({ due }: Cue) => Deno.readFileSync(poseFiles[due ?? "straight"]!);

Deno.test({
  name:
    "a person registers by camera and signs in under that name by camera, by light and dot; how long it took is printed",
  ignore,
  async fn() {
    const server = await startTestServer({ challengeTimeMs: 90_000 });
    const browser = await openBrowser();
    try {
      const page = await openPage(browser, server, next, { person: "andrew" });
      const startMs = performance.now();
      await page.goto("/register");
      await page.fill("#name", "Andrew");
      await page.check("#consent");
      await page.click("#continue");
      await page.click("#start");
      await page.waitForSelector("#step-done:not([hidden])");
      await page.click("#to-sign-in");
      await page.fill("#name", "Andrew");
      await page.click("#start:enabled");
      await page.waitForSelector("#verdict:not([hidden])");
      const seconds = (performance.now() - startMs) / 1000;
      console.log(`registered and signed in in ${seconds.toFixed(1)} s`);
      const explained = await page.evaluate<string>(
        "fetch('/api/decision').then((answer) => answer.text())",
      );
      assert.match(
        await page.innerText("#verdict-title"),
        /Signed in as Andrew/,
        explained,
      );
      assert.deepEqual(page.errors, []);
    } finally {
      await browser.close();
      await server.stop();
    }
  },
});

/**
 * Starts the camera until the registration is done, as often as a person would: a machine that is
 * busy with other tests may show a colour too late.
 *
 * @returns what the page says at the end
 */
async function registerByCamera(page: Page): Promise<string> {
  const end = page.locator("#step-done:visible, #start:visible");
  for (let tries = 1; tries <= 3; tries++) {
    await page.click("#start");
    await end.first().waitFor();
    if (await page.isVisible("#step-done")) {
      console.log(`registered by camera at try ${tries}`);
      return await page.innerText("#done-title");
    }
  }
  return await page.innerText("#problem");
}

Deno.test({
  name:
    "where registering needs the live check, the same camera run passes it and takes the pictures; who skips the light is told why not",
  ignore,
  async fn() {
    const server = await startTestServer({ challengeTimeMs: 90_000 }, {
      live_registration: "on",
    });
    const browser = await openBrowser();
    try {
      const page = await openPage(browser, server, next, { person: "andrew" });
      await page.goto("/register");
      await page.fill("#name", "Andrew");
      await page.check("#consent");
      await page.click("#continue");
      await page.waitForSelector("#live-first:not([hidden])");
      assert.equal(await page.isVisible("#upload"), false);
      await page.click("#start");
      await page.click("#skip");
      await page.waitForSelector("#problem:not([hidden])");
      assert.match(
        await page.innerText("#problem"),
        /needs the coloured light/,
      );
      assert.equal(await page.isVisible("#upload"), false);
      await page.evaluate(`{
        const main = document.getElementById("main");
        globalThis.stages = [];
        new MutationObserver(() => stages.push(main.dataset.expects))
          .observe(main, { attributes: true });
      }`);
      // Saving takes a while elsewhere: nothing may look as if it could be begun meanwhile.
      let offered: boolean | undefined;
      await page.route("**/finish", async (route) => {
        await delay(500);
        offered = await page.isVisible("#start") ||
          await page.isVisible("#upload");
        await route.continue();
      });
      const told = await registerByCamera(page);
      assert.equal(offered, false);
      assert.match(told, /Andrew is registered/);
      const stages = await page.evaluate<string[]>("stages");
      for (const stage of ["straight", "light", "motion"]) {
        assert.ok(stages.includes(stage), stage);
      }
      assert.deepEqual(page.errors, []);
    } finally {
      await browser.close();
      await server.stop();
    }
  },
});

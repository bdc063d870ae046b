import assert from "node:assert/strict";
import { challengePairs } from "../../lib/liveness/challenge_pairs.ts";
import { Actor } from "../web/actor.ts";
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
const turnThenBlink = challengePairs.findIndex(([first, second]) =>
  first === "turn-left" && second === "blink"
);

Deno.test({
  name:
    "a person registers by camera and signs in by camera, in under a minute",
  ignore,
  async fn() {
    const server = await startTestServer({
      draw: () => turnThenBlink,
      challengeTimeMs: 90_000,
    });
    const browser = await openBrowser();
    try {
      const actor = new Actor("andrew");
      const next = ({ expects, due }: Cue) =>
        due === undefined || due === null
          ? actor.next(expects ?? "look-straight")
          : Deno.readFileSync(poseFiles[due]!);
      const page = await openPage(browser, server, next);
      const startMs = performance.now();
      await page.goto("/register");
      await page.fill("#name", "Andrew");
      await page.check("#consent");
      await page.click("#continue");
      await page.click("#start");
      await page.waitForSelector("#step-done:not([hidden])");
      await page.click("#to-sign-in");
      await page.click("#start:enabled");
      await page.waitForSelector("#verdict:not([hidden])");
      const seconds = (performance.now() - startMs) / 1000;
      console.log(`registered and signed in in ${seconds.toFixed(1)} s`);
      assert.match(
        await page.innerText("#verdict-title"),
        /Signed in as Andrew/,
      );
      assert.ok(seconds < 60);
      assert.deepEqual(page.errors, []);
    } finally {
      await browser.close();
      await server.stop();
    }
  },
});

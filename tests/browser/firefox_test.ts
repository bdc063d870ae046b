import assert from "node:assert/strict";
import { type Browser, launch } from "npm:puppeteer-core@25.16.0";
import { startAdministered } from "./administered_server.ts";

/** Debian's Firefox, driven over WebDriver BiDi. */
const firefoxPath = "/usr/bin/firefox-esr";

const missing = await Deno.stat(firefoxPath).then(() => false, () => true);
if (missing) {
  if (Deno.env.get("CI") === "true") {
    throw new Error("CI needs Firefox: apt-get install firefox-esr");
  }
  console.log("skipped: Firefox is not here: apt-get install firefox-esr");
}

/** A Firefox whose camera is its own test picture, and is allowed without being asked for. */
function openFirefox(): Promise<Browser> {
  return launch({
    browser: "firefox",
    executablePath: firefoxPath,
    extraPrefsFirefox: {
      "media.navigator.streams.fake": true,
      "media.navigator.permission.disabled": true,
    },
  });
}

Deno.test({
  name:
    "in Firefox every page loads without an error, Register shows the camera, and Sign in starts a challenge",
  ignore: missing,
  async fn() {
    const server = await startAdministered(
      "andrew",
      "registration_photos/andrew_01.jpg",
    );
    const browser = await openFirefox();
    try {
      const page = await browser.newPage();
      page.setDefaultTimeout(60_000);
      const errors: string[] = [];
      page.on("pageerror", (error) => errors.push(String(error)));
      page.on("console", (message) => {
        if (message.type() === "error") errors.push(message.text());
      });
      const state = (...states: string[]) =>
        page.waitForSelector(
          states.map((each) => `#main[data-state="${each}"]`).join(),
        );
      const showsCamera = () =>
        page.waitForFunction("document.querySelector('#video').videoWidth > 0");
      // Waits until it stands still: while others work, a page is laid out after a click was aimed.
      const press = (selector: string) => page.locator(selector).click();
      const open = (path: string) => page.goto(server.url + path);

      await open("people");
      await state("locked");
      await open("me");
      await state("signed-out");
      await open("how");
      await state("none");

      await open("register");
      await state("consent");
      await page.type("#name", "Ada");
      await press("#consent");
      await press("#continue");
      await state("photos");
      await press("#start");
      await showsCamera();
      // Firefox's test picture shows nobody; that the frames arrive is told by the server's advice.
      await page.waitForFunction(
        "/face into the picture/.test(document.querySelector('#hint').textContent)",
      );

      await open("");
      await state("ready");
      await press("#start");
      await state("running");
      await showsCamera();
      await page.waitForSelector("#actions [aria-current=step]");
      assert.deepEqual(errors, []);
    } finally {
      await browser.close();
      await server.stop();
    }
  },
});

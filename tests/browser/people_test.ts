import assert from "node:assert/strict";
import { keptChips } from "../web/kept_chips.ts";
import { password, startAdministered } from "./administered_server.ts";
import { chromiumPath, openBrowser, openPage } from "./browser.ts";

Deno.test({
  name:
    "the administrator adds photos to a user, renames, exports and removes, all on the page",
  ignore: chromiumPath === null,
  async fn() {
    const server = await startAdministered(
      "beatriz",
      "registration_photos/beatriz/beatriz_01.jpg",
    );
    const browser = await openBrowser();
    try {
      const page = await openPage(browser, server, null);
      await page.goto("/people");

      await page.fill("#password", "wrong");
      await page.click("#enter");
      await page.waitForSelector("#password-error:not([hidden])");
      await page.fill("#password", password);
      await page.click("#enter");
      const card = (user: string) => page.locator(`[data-user="${user}"]`);
      await card("beatriz").waitFor();

      await card("beatriz").locator("input[type=file]").setInputFiles([
        "registration_photos/beatriz/beatriz_02.jpg",
        "tests/photos/back.jpg",
        "deno.json",
      ]);
      const results = card("beatriz").locator(".results li");
      await results.nth(2).waitFor();
      const told = await results.allInnerTexts();
      assert.match(told[1]!, /No face found/);
      assert.match(told[2]!, /not a picture/);
      await card("beatriz").getByText("2 templates").waitFor();

      await card("beatriz").locator("[data-part=photos]").click();
      await page.getByLabel("Delete beatriz_01.jpg").click();
      await card("beatriz").getByText("1 template,").waitFor();
      await page.fill("#search", "nobody");
      await card("beatriz").waitFor({ state: "detached" });
      await page.fill("#search", "bEA");
      await card("beatriz").waitFor();

      await card("beatriz").locator("[data-part=rename]").click();
      await page.fill("#new-name", "Bea");
      await page.click("#rename-confirm");
      await card("Bea").waitFor();

      const download = page.waitForEvent("download");
      await card("Bea").locator("a[download]").click();
      const exported = JSON.parse(
        await Deno.readTextFile(await (await download).path()),
      );
      assert.equal(exported.user, "Bea");
      assert.equal(exported.templates.length, 1);
      assert.equal(exported.templates[0].embedding.length, 128);

      await card("Bea").locator("[data-part=delete]").click();
      await page.click("#delete-cancel");
      assert.equal(await card("Bea").count(), 1, "cancelled: nothing removed");
      await card("Bea").locator("[data-part=delete]").click();
      await page.click("#delete-confirm");
      await card("Bea").waitFor({ state: "detached" });
      assert.deepEqual(await keptChips(server, "Bea"), []);
      assert.deepEqual(page.errors, []);
    } finally {
      await browser.close();
      await server.stop();
    }
  },
});

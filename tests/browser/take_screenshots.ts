/**
 * `deno run -A tests/browser/take_screenshots.ts [FOLDER]`: the pictures of the web page in the README;
 * into a folder, every step of a sign-in and every page, at a desk and on a phone, light and dark.
 */
import sharp from "sharp";
import { AdminPassword } from "../../lib/web/admin_password.ts";
import { ApiClient } from "../web/api_client.ts";
import { registerFromFiles } from "../web/flows.ts";
import { startTestServer } from "../web/running_server.ts";
import { openBrowser, openPage, type PageOptions } from "./browser.ts";

const kept = new URL("../../lib/web/pictures/", import.meta.url).pathname;
const [folder = kept] = Deno.args.map((path) =>
  new URL(`${path}/`, `file://${Deno.cwd()}/`).pathname
);

/** Which pictures are kept. */
const shown = ["sign_in", "how", "people", "sign_in_phone", "register_phone"];

await Deno.mkdir(folder, { recursive: true });
const photos = new URL("../../registration_photos/", import.meta.url).pathname;
// The page tells where the store lies: in the folder that the server runs in, as a rule.
const working = await Deno.makeTempDir();
Deno.chdir(working);
const server = await startTestServer({}, { store: "./faces.db" });
const browser = await openBrowser();
try {
  await new AdminPassword(server.settings.adminPath).set("open sesame");
  const client = await new ApiClient(server.url).begin();
  for (const user of ["andrew", "beatriz", "daisuke"]) {
    const files = [1, 2, 3].map((n) =>
      `${photos}${user === "andrew" ? "" : `${user}/`}${user}_0${n}.jpg`
    );
    await registerFromFiles(client, user, files);
  }
  await takeAll("", {});
  await takeAll("_phone", { phone: true, dark: true });
  if (folder !== kept) {
    await takeAll("_dark", { dark: true });
    await takeAll("_phone_light", { phone: true });
  }
} finally {
  await browser.close();
  await server.stop();
  await Deno.remove(working, { recursive: true });
}

async function takeAll(ending: string, look: PageOptions): Promise<void> {
  const page = await openPage(browser, server, null, {
    ...look,
    person: "andrew",
  });
  const shoot = async (name: string) => {
    if (folder === kept && !shown.includes(name + ending)) return;
    const png = await page.screenshot();
    await sharp(png).png({ palette: true, quality: 90 })
      .toFile(`${folder}${name}${ending}.png`);
  };

  await page.goto("/");
  await page.waitForSelector("#start:enabled");
  await shoot("sign_in_start");
  await page.click("#start");
  await page.waitForSelector("#actions li");
  await shoot("sign_in_straight");
  await page.waitForSelector("#main[data-expects=light]");
  await page.waitForTimeout(900);
  await shoot(look.phone === true ? "sign_in_light" : "sign_in");
  await page.waitForSelector("#main[data-expects=motion]", { timeout: 60_000 });
  await page.waitForTimeout(900);
  await shoot(look.phone === true ? "sign_in" : "sign_in_dot");
  await page.waitForSelector("#verdict:not([hidden])", { timeout: 60_000 });
  await shoot("sign_in_verdict");
  await page.goto("/how");
  await page.waitForSelector("#last:not([hidden])");
  await page.waitForTimeout(300);
  await shoot("how");
  await page.goto("/register");
  await page.waitForSelector("#step-consent:not([hidden])");
  await shoot("register");
  await page.goto("/people");
  await page.fill("#password", "open sesame");
  await page.click("#enter");
  await page.locator("[data-user=andrew] button").first().click();
  await page.waitForTimeout(1000);
  await shoot("people");
  await page.context().close();
}

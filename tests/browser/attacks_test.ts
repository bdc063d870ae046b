import assert from "node:assert/strict";
import type { Browser } from "npm:playwright-core@1.65.1";
import { ApiClient } from "../web/api_client.ts";
import { registerFromFiles } from "../web/flows.ts";
import { startTestServer, type TestServer } from "../web/running_server.ts";
import {
  chromiumPath,
  openBrowser,
  openPage,
  type PageOptions,
} from "./browser.ts";

/** What the page says at the end of a sign-in. */
interface Told {
  readonly decision: string | undefined;
  readonly refusal: string | undefined;
  readonly text: string;
}

/** Who stands before the camera: a person, a picture, or what the browser's own camera shows. */
type Before = PageOptions | (() => Uint8Array) | null;

async function signIn(
  browser: Browser,
  server: TestServer,
  before: Before,
  name = "",
  press?: string,
): Promise<Told> {
  const picture = typeof before === "function" ? before : null;
  const look = typeof before === "function" ? {} : before ?? {};
  const page = await openPage(browser, server, picture, look);
  if (before === null) await page.context().grantPermissions(["camera"]);
  await page.goto("/");
  await page.fill("#name", name);
  await page.click("#start:enabled");
  if (press !== undefined) await page.click(press);
  await page.waitForSelector("#verdict:not([hidden])");
  const verdict = page.locator("#verdict");
  const { decision, refusal } = await verdict.evaluate((element) => ({
    ...(element as unknown as { dataset: Record<string, string> }).dataset,
  }));
  const text = await verdict.innerText();
  assert.deepEqual(page.errors, []);
  await page.context().close();
  return { decision, refusal, text };
}

async function withServer(
  challengeTimeMs: number,
  work: (server: TestServer) => Promise<void>,
): Promise<void> {
  const server = await startTestServer({ challengeTimeMs });
  try {
    const client = await new ApiClient(server.url).begin();
    const files = [1, 2, 3].map((n) => `registration_photos/andrew_0${n}.jpg`);
    await registerFromFiles(client, "andrew", files);
    await work(server);
  } finally {
    await server.stop();
  }
}

const ignore = chromiumPath === null;

Deno.test({
  name:
    "whoever asks the system for less motion gets slower and softer light, hears each turn, and is let in",
  ignore,
  fn: () =>
    withServer(90_000, async (server) => {
      const browser = await openBrowser();
      try {
        const look = { person: "andrew", lessMotion: true };
        const page = await openPage(browser, server, null, look);
        const asked: string[] = [];
        const tracks: number[][][] = [];
        page.on("request", (request) => {
          if (request.url().endsWith("/api/challenges")) {
            asked.push(request.postData() ?? "");
          }
        });
        page.on("response", async (response) => {
          if (!/\/frames(\?|$)/.test(response.url())) return;
          // The page may be gone before the last one is read.
          const frame = await response.json().catch(() => null);
          if (frame?.light) tracks.push(frame.light);
        });
        await page.goto("/");
        await page.evaluate(`{
          globalThis.said = [];
          const hint = document.getElementById("hint");
          new MutationObserver(() => said.push(hint.textContent))
            .observe(hint, { childList: true });
        }`);
        assert.ok(await page.isChecked("#gentle"));
        await page.click("#start:enabled");
        await page.waitForSelector("#verdict:not([hidden])");
        const verdict = await page.innerText("#verdict");
        assert.match(verdict, /Signed in as andrew/);
        assert.deepEqual(asked.map((body) => JSON.parse(body).gentle), [true]);
        const [shown] = tracks;
        assert.equal(shown![2]![0]! - shown![0]![0]!, 700);
        const said = await page.evaluate<string[]>("said");
        assert.ok(said.includes("Left"), said.join());
        assert.ok(said.includes("Right"), said.join());
      } finally {
        await browser.close();
      }
    }),
});

Deno.test({
  name:
    "the page refuses another person's face, a bright room, two faces and who skips the light, each with its reason",
  ignore,
  fn: () =>
    withServer(90_000, async (server) => {
      const browser = await openBrowser();
      try {
        const andrew = { person: "andrew" };
        const claimed = await signIn(
          browser,
          server,
          { person: "dalila" },
          "andrew",
        );
        assert.equal(claimed.decision, "rejected", claimed.text);
        assert.match(claimed.text, /not recognized as andrew/);
        const sunny = await signIn(browser, server, {
          person: "andrew",
          share: 0.003,
        });
        assert.equal(sunny.refusal, "too-bright");
        assert.match(sunny.text, /Turn the screen up/);
        const skipped = await signIn(browser, server, andrew, "", "#skip");
        assert.equal(skipped.refusal, "light-skipped");
        assert.match(skipped.text, /needs the coloured light/);
        const two = Deno.readFileSync("tests/photos/two_people.jpg");
        const together = await signIn(browser, server, () => two);
        assert.equal(together.refusal, "several-faces");
        assert.match(together.text, /More than one face/);
      } finally {
        await browser.close();
      }
    }),
});

Deno.test({
  name:
    "the page refuses a still photo from the browser's own camera: it does not answer the light",
  ignore,
  fn: () =>
    withServer(60_000, async (server) => {
      const cameraFile = `${server.folder}/still.mjpeg`;
      Deno.copyFileSync(
        "tests/photos/light/andrew/straight_00.room.jpg",
        cameraFile,
      );
      const browser = await openBrowser({ cameraFile });
      try {
        const photo = await signIn(browser, server, null, "andrew");
        assert.equal(photo.refusal, "too-bright", photo.text);
      } finally {
        await browser.close();
      }
    }),
});

import assert from "node:assert/strict";
import type { Browser } from "npm:playwright-core@1.65.1";
import { decodePhoto } from "../../lib/image/decode.ts";
import { encodePng } from "../../lib/image/encode.ts";
import { challengePairs } from "../../lib/liveness/challenge_pairs.ts";
import { holdPicture } from "../../lib/liveness/held_picture.ts";
import { Actor } from "../web/actor.ts";
import { ApiClient } from "../web/api_client.ts";
import { registerFromFiles } from "../web/flows.ts";
import { startTestServer, type TestServer } from "../web/running_server.ts";
import { chromiumPath, type Cue, openBrowser, openPage } from "./browser.ts";

const leftThenRight = challengePairs.findIndex(([first, second]) =>
  first === "turn-left" && second === "turn-right"
);

/** What the page says at the end of a sign-in. */
interface Told {
  readonly decision: string | undefined;
  readonly refusal: string | undefined;
  readonly text: string;
}

/** Signs in on the page with a camera that shows what `next` answers; null is the browser's own. */
async function signIn(
  browser: Browser,
  server: TestServer,
  next: ((cue: Cue) => Uint8Array) | null,
  name = "",
): Promise<Told> {
  const page = await openPage(browser, server, next);
  if (next === null) await page.context().grantPermissions(["camera"]);
  await page.goto("/");
  await page.fill("#name", name);
  await page.click("#start:enabled");
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
  const draw = () => leftThenRight;
  const server = await startTestServer({ draw, challengeTimeMs });
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
const live = (actor: Actor) => ({ expects }: Cue) =>
  actor.next(expects ?? "look-straight");

Deno.test({
  name:
    "the page lets the right face in, and refuses another person's, claimed and not, and two faces, each with its reason",
  ignore,
  fn: () =>
    withServer(90_000, async (server) => {
      const browser = await openBrowser();
      try {
        const right = await signIn(
          browser,
          server,
          live(new Actor("andrew")),
          "andrew",
        );
        assert.equal(right.decision, "accepted");
        assert.match(right.text, /Signed in as andrew/);
        const stranger = await signIn(
          browser,
          server,
          live(new Actor("dalila")),
        );
        assert.equal(stranger.decision, "rejected");
        assert.match(stranger.text, /nobody who is registered/);
        const claimed = await signIn(
          browser,
          server,
          live(new Actor("dalila")),
          "andrew",
        );
        assert.equal(claimed.decision, "rejected");
        assert.match(claimed.text, /not recognized as andrew/);
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
    "the page refuses a still photo from the browser's own camera, and one that is moved about and tilted, for want of the movements",
  ignore,
  fn: () =>
    withServer(6_000, async (server) => {
      const still = new Actor("andrew").straight;
      const cameraFile = `${server.folder}/still.mjpeg`;
      Deno.writeFileSync(cameraFile, still);
      const browser = await openBrowser({ cameraFile });
      try {
        const photo = await signIn(browser, server, null, "andrew");
        assert.equal(photo.refusal, "too-late");
        const moved = await movedAbout(still);
        let at = 0;
        const waved = await signIn(
          browser,
          server,
          () => moved[at++ % moved.length]!,
          "andrew",
        );
        assert.equal(waved.refusal, "too-late");
        assert.match(waved.text, /Time ran out/);
      } finally {
        await browser.close();
      }
    }),
});

/** A photo held in a hand: shifted, turned, tilted, nearer and farther. */
async function movedAbout(jpeg: Uint8Array): Promise<Uint8Array[]> {
  const photo = await decodePhoto(jpeg);
  const holdings = [
    {},
    { shift: 0.05, roll: 6 },
    { yaw: 15, scale: 0.95 },
    { yaw: 30, shift: -0.05 },
    { pitch: 15, roll: -8 },
    { yaw: -25, scale: 1.05 },
  ];
  return await Promise.all(
    holdings.map((holding) => encodePng(holdPicture(photo, holding))),
  );
}

import { type Browser, chromium, type Page } from "npm:playwright-core@1.65.1";
import type { TestServer } from "../web/running_server.ts";

const paths = ["/usr/bin/chromium", "/usr/bin/chromium-browser"];

/** Where Debian's Chromium is; null where it is not installed. */
export const chromiumPath = paths.find((path) => {
  try {
    return Deno.statSync(path).isFile;
  } catch {
    return false;
  }
}) ?? null;

if (chromiumPath === null) {
  if (Deno.env.get("CI") === "true") {
    throw new Error("CI needs Chromium: apt-get install chromium");
  }
  console.log("skipped: tests/browser need Chromium: apt-get install chromium");
}

/** How a browser starts. */
export interface BrowserOptions {
  /** A picture that Chromium's own fake camera shows, MJPEG; without one there is no camera. */
  readonly cameraFile?: string;
}

/** Starts a browser. Close it. */
export async function openBrowser(
  { cameraFile }: BrowserOptions = {},
): Promise<Browser> {
  return await chromium.launch({
    executablePath: chromiumPath!,
    args: [
      "--no-sandbox",
      ...(cameraFile === undefined ? [] : [
        "--use-fake-device-for-media-stream",
        `--use-file-for-fake-video-capture=${cameraFile}`,
      ]),
    ],
  });
}

/** What the server answered last, or what is due at the start. */
export interface Cue {
  readonly stage?: string;
  readonly due?: string | null;
}

const fakeCamera = new URL("./fake_camera.js", import.meta.url).pathname;

/** How a page looks. */
export interface PageOptions {
  /** Who stands before the sign-in page's camera, of tests/photos/light. */
  readonly person?: string;
  /** The screen's light on that face over the room's. */
  readonly share?: number;
  readonly phone?: boolean;
  readonly dark?: boolean;
  /** Whether the system asks for less motion. */
  readonly lessMotion?: boolean;
}

/**
 * A new page on a server, with a camera that shows what `next` answers. Anything the page logs as
 * an error, a breach of its own security policy for one, fails the test at `closePage`.
 */
export async function openPage(
  browser: Browser,
  server: Pick<TestServer, "url">,
  next: ((cue: Cue) => Uint8Array) | null,
  { person, share = 0.5, phone, dark, lessMotion }: PageOptions = {},
): Promise<Page & { readonly errors: string[] }> {
  const context = await browser.newContext({
    baseURL: server.url,
    viewport: phone
      ? { width: 390, height: 844 }
      : { width: 1280, height: 860 },
    deviceScaleFactor: phone ? 2 : 1,
    colorScheme: dark ? "dark" : "light",
    reducedMotion: lessMotion ? "reduce" : "no-preference",
  });
  const page = await context.newPage();
  // Machines are noisy: a slow one is no failure.
  page.setDefaultTimeout(90_000);
  const errors: string[] = [];
  page.on("pageerror", (error) => errors.push(error.message));
  page.on("console", (message) => {
    // A refusal with a 4xx status is logged by the browser itself.
    const expected = message.text().startsWith("Failed to load resource");
    if (message.type() === "error" && !expected) errors.push(message.text());
  });
  if (person !== undefined) {
    const lit = JSON.stringify(litPerson(person, share));
    await page.addInitScript(`globalThis.litPerson = ${lit}`);
  }
  if (next !== null) {
    await page.exposeFunction(
      "nextFrame",
      (cue: string) => next(JSON.parse(cue)).toBase64(),
    );
  }
  if (next !== null || person !== undefined) {
    await page.addInitScript({ path: fakeCamera });
  }
  return Object.assign(page, { errors });
}

const litFolder = new URL("../photos/light/", import.meta.url);

interface LitManifest {
  readonly people: Record<string, {
    readonly frames: readonly {
      readonly frame: string;
      readonly yawDeg: number;
      readonly faceMean: { readonly room: number; readonly screen: number };
    }[];
  }>;
}

/** A person's frames as the fake camera composes them. */
function litPerson(name: string, share: number) {
  const read = (path: string) =>
    Deno.readFileSync(new URL(path, litFolder)).toBase64();
  const manifest: LitManifest = JSON.parse(
    Deno.readTextFileSync(new URL("manifest.json", litFolder)),
  );
  const frames = manifest.people[name]!.frames.map(
    ({ frame, yawDeg, faceMean }) => ({
      yawDeg,
      factor: faceMean.room / faceMean.screen,
      room: read(`${name}/${frame}.room.jpg`),
      screen: frame.startsWith("straight")
        ? read(`${name}/${frame}.screen.jpg`)
        : null,
    }),
  );
  return { share, frames };
}

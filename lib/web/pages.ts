import { serveStatic } from "hono/deno";
import { html, raw } from "hono/html";
import { fileURLToPath } from "node:url";
import type { App } from "./app_context.ts";

const folder = fileURLToPath(new URL("./pages/", import.meta.url));

/** The pages: where each is, what it is called, and the name of its HTML and its script. */
const pages = [
  { path: "/", title: "Sign in", name: "sign_in" },
  { path: "/register", title: "Register", name: "register" },
  { path: "/people", title: "People", name: "people" },
  { path: "/me", title: "Your data", name: "me" },
  { path: "/how", title: "How it decides", name: "how" },
] as const;

/** Each page's whole HTML by its address: its own part in the frame that all share. */
async function composePages(): Promise<Map<string, string>> {
  const read = (name: string) => Deno.readTextFile(`${folder}${name}.html`);
  const parts = ["stage", "challenge", "user_card", "removal"];
  const texts = await Promise.all(parts.map(read));
  const composed = pages.map(async ({ path, title, name }) => {
    const main = parts.reduce(
      (text, part, i) => text.replaceAll(`<!-- ${part} -->`, () => texts[i]!),
      await read(name),
    );
    return [path, `${framed(path, title, name, main)}`] as const;
  });
  return new Map(await Promise.all(composed));
}

/** Serves the pages and their parts. */
export async function addPages(app: App): Promise<void> {
  for (const [path, text] of await composePages()) {
    app.get(path, (context) => {
      context.header("Cache-Control", "no-cache");
      return context.html(text);
    });
  }
  app.get(
    "/assets/:name{[a-z_]+\\.(?:css|js|svg)}",
    serveStatic({
      root: folder,
      rewriteRequestPath: (path) => path.replace("/assets/", "/"),
      onFound: (_path, context) => context.header("Cache-Control", "no-cache"),
    }),
  );
}

function framed(path: string, title: string, name: string, main: string) {
  const links = pages.map((page) =>
    html`<li><a href="${page.path}"${
      page.path === path ? raw(' aria-current="page"') : ""
    }>${page.title}</a></li>`
  );
  return html`
    <!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <meta name="color-scheme" content="light dark">
        <title>${title} - Face sign-in</title>
        <link rel="icon" href="/assets/icon.svg" type="image/svg+xml">
        <link rel="stylesheet" href="/assets/style.css">
        <link rel="stylesheet" href="/assets/controls.css">
        <link rel="stylesheet" href="/assets/camera.css">
        <link rel="stylesheet" href="/assets/content.css">
        <script type="module" src="/assets/${name}.js"></script>
      </head>
      <body>
        <a class="skip" href="#main">Skip to content</a>
        <header class="top">
          <p
            class="brand"><img src="/assets/icon.svg" alt="" width="24" height="24">Face sign-in</p>
          <nav aria-label="Pages">
            <ul>${links}</ul>
          </nav>
        </header>
        <noscript><p class="notice problem">These pages need JavaScript for the camera. Allow it for this address.</p></noscript>
        <main id="main" data-state="loading">${raw(main)}</main>
        <footer class="bottom">
          <p>Pictures go to the computer that runs this server, and nowhere else.</p>
        </footer>
      </body>
    </html>
  `;
}

import { Problem } from "./problems.ts";
import type { App } from "./app_context.ts";

const folder = new URL("./pages/", import.meta.url);

const types: Record<string, string> = {
  css: "text/css; charset=utf-8",
  js: "text/javascript; charset=utf-8",
  svg: "image/svg+xml",
};

/** The pages: where each is, what it is called, and the name of its HTML and its script. */
const pages = [
  { path: "/", title: "Sign in", name: "sign_in" },
  { path: "/register", title: "Register", name: "register" },
  { path: "/people", title: "People", name: "people" },
  { path: "/how", title: "How it decides", name: "how" },
] as const;

/** A page's address and its whole HTML. */
export interface ComposedPage {
  readonly path: string;
  readonly html: string;
}

/** Puts each page's own part into the frame that all share. */
export async function composePages(): Promise<ComposedPage[]> {
  const read = (name: string) =>
    Deno.readTextFile(new URL(`${name}.html`, folder));
  const [frame, stage] = [await read("frame"), await read("stage")];
  return await Promise.all(pages.map(async ({ path, title, name }) => {
    const main = (await read(name)).replace("<!-- stage -->", () => stage);
    const html = frame
      .replace("<!-- title -->", title)
      .replace("<!-- page -->", name)
      .replace(`<a href="${path}">`, `<a href="${path}" aria-current="page">`)
      .replace("<!-- main -->", () => main);
    return { path, html };
  }));
}

interface PageFile {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly type: string;
}

/** Reads all files once: what is not among them cannot be asked for, whatever the address. */
async function readAssets(): Promise<Map<string, PageFile>> {
  const files = new Map<string, PageFile>();
  for await (const { name, isFile } of Deno.readDir(folder)) {
    const type = types[name.split(".").pop() ?? ""];
    if (!isFile || type === undefined) continue;
    const bytes = await Deno.readFile(new URL(name, folder));
    files.set(name, { bytes, type });
  }
  return files;
}

/** Serves the pages and their parts. */
export async function addPages(app: App): Promise<void> {
  const assets = await readAssets();
  for (const { path, html } of await composePages()) {
    app.get(path, (context) => {
      context.header("Cache-Control", "no-cache");
      return context.html(html);
    });
  }
  app.get("/assets/:name", (context) => {
    const file = assets.get(context.req.param("name"));
    if (file === undefined) {
      throw new Problem(404, "not-found", "There is nothing at this address.");
    }
    return new Response(file.bytes, {
      headers: { "Content-Type": file.type, "Cache-Control": "no-cache" },
    });
  });
}

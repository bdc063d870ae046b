import { Problem } from "./problems.ts";
import type { App } from "./app_context.ts";

const folder = new URL("./pages/", import.meta.url);

const types: Record<string, string> = {
  html: "text/html; charset=utf-8",
  css: "text/css; charset=utf-8",
  js: "text/javascript; charset=utf-8",
  svg: "image/svg+xml",
};

/** Addresses of the pages. */
const pages: Record<string, string> = {
  "/": "sign_in.html",
  "/register": "register.html",
  "/people": "people.html",
  "/how": "how.html",
};

interface PageFile {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly type: string;
}

/** Reads all page files once: what is not among them cannot be asked for, whatever the address. */
async function readPageFiles(): Promise<Map<string, PageFile>> {
  const files = new Map<string, PageFile>();
  for await (const { name, isFile } of Deno.readDir(folder)) {
    const type = types[name.split(".").pop() ?? ""];
    if (!isFile || type === undefined) continue;
    files.set(name, {
      bytes: await Deno.readFile(new URL(name, folder)),
      type,
    });
  }
  return files;
}

/** Serves the pages and their parts. */
export async function addPages(app: App): Promise<void> {
  const files = await readPageFiles();
  const answer = (name: string): Response => {
    const file = files.get(name);
    if (file === undefined) {
      throw new Problem(404, "not-found", "There is nothing at this address.");
    }
    return new Response(file.bytes, {
      headers: { "Content-Type": file.type, "Cache-Control": "no-cache" },
    });
  };
  for (const [path, name] of Object.entries(pages)) {
    app.get(path, () => answer(name));
  }
  app.get("/assets/:name", (context) => answer(context.req.param("name")));
}

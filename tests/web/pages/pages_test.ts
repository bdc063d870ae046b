import assert from "node:assert/strict";
import { parseHTML } from "linkedom";
import { createRouter } from "../../../lib/web/app_context.ts";
import { addPages } from "../../../lib/web/pages.ts";

const folder = new URL("../../../lib/web/pages/", import.meta.url);
const pages = ["/", "/register", "/people", "/me", "/how"];
const app = createRouter();
await addPages(app);
const composed = new Map<string, string>();
for (const page of pages) {
  composed.set(page, await (await app.request(page)).text());
}

function read(name: string): string {
  return Deno.readTextFileSync(new URL(name, folder));
}

function open(page: string): Document {
  return parseHTML(composed.get(page)!).document;
}

function attributes(document: Document, name: string): string[] {
  return [...document.querySelectorAll(`[${name}]`)]
    .map((element) => element.getAttribute(name)!);
}

/** A module and all that it imports. */
function modulesFrom(name: string, seen = new Set<string>()): Set<string> {
  if (seen.has(name)) return seen;
  seen.add(name);
  for (
    const [, next] of read(name).matchAll(/^import .*?from "\.\/(.+?)";$/gms)
  ) {
    modulesFrom(next!, seen);
  }
  return seen;
}

function scriptOf(document: Document): string {
  const src = document.querySelector("script")!.getAttribute("src")!;
  return src.replace("/assets/", "");
}

Deno.test({
  name: "no page has anything inline that its Content-Security-Policy refuses",
  fn() {
    for (const page of pages) {
      const document = open(page);
      assert.equal(document.querySelector("style, [style]"), null, page);
      for (const script of document.querySelectorAll("script")) {
        assert.equal(script.textContent, "", page);
      }
      for (const element of document.querySelectorAll("*")) {
        for (const name of element.getAttributeNames()) {
          assert.ok(!name.startsWith("on"), `${page} has ${name}`);
        }
      }
    }
  },
});

Deno.test({
  name:
    "every address in a page is one of its server's own, and every asset exists",
  fn() {
    for (const page of pages) {
      const document = open(page);
      const addresses = [
        ...attributes(document, "href"),
        ...attributes(document, "src"),
      ];
      for (const address of addresses) {
        if (address.startsWith("/assets/")) read(address.slice(8));
        else {assert.match(
            address,
            /^(\/(register(#renew)?|people|me|how)?|#main)$/,
            page,
          );}
      }
    }
  },
});

Deno.test({
  name: "ids are unique, and labels and descriptions point to ids that exist",
  fn() {
    for (const page of pages) {
      const document = open(page);
      const ids = attributes(document, "id");
      assert.equal(new Set(ids).size, ids.length, page);
      const pointers = ["for", "aria-labelledby", "aria-describedby"];
      for (const name of pointers) {
        for (
          const id of attributes(document, name).flatMap((v) => v.split(" "))
        ) {
          assert.ok(ids.includes(id), `${page} lacks #${id}`);
        }
      }
    }
  },
});

Deno.test({
  name: "a page has every element that its modules ask for",
  fn() {
    for (const page of pages) {
      const document = open(page);
      const ids = attributes(document, "id");
      for (const module of modulesFrom(scriptOf(document))) {
        for (
          const [, id] of read(module).matchAll(
            /(?:byId|on|setText|label)\(\s*"([^"]+)"/g,
          )
        ) {
          assert.ok(ids.includes(id!), `${module} asks ${page} for #${id}`);
        }
      }
    }
  },
});

Deno.test({
  name:
    "each page names its language and itself, has one main heading and says where it is",
  fn() {
    for (const page of pages) {
      const document = open(page);
      assert.equal(document.documentElement.getAttribute("lang"), "en");
      assert.equal(document.querySelectorAll("main h1").length, 1, page);
      const heading = document.querySelector("main h1")!.textContent!.trim();
      assert.equal(document.title, `${heading} - Face sign-in`);
      const current = document.querySelector("nav [aria-current=page]");
      assert.equal(current!.textContent!.trim(), heading);
    }
  },
});

Deno.test({
  name: "every module of the pages is checked for types and used by a page",
  fn() {
    const used = new Set(
      pages.flatMap((page) => [...modulesFrom(scriptOf(open(page)))]),
    );
    for (const { name } of Deno.readDirSync(folder)) {
      if (!name.endsWith(".js")) continue;
      assert.ok(read(name).startsWith("// @ts-check\n"), name);
      assert.ok(used.has(name), `no page uses ${name}`);
    }
  },
});

Deno.test({
  name:
    "what deleting removes and what stays is said in the same words before consent, before deleting and in the READMEs",
  fn() {
    const words = read("removal.html").trim();
    const places = [
      ...["/register", "/people", "/me"].map((page) => composed.get(page)!),
      read("../README.md"),
      read("../../store/README.md"),
    ];
    for (const place of places) assert.ok(place.includes(words));
  },
});

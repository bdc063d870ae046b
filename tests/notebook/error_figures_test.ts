import assert from "node:assert/strict";
import { parseHTML } from "linkedom";
import {
  nearestFigure,
  ratesText,
  rocFigure,
  scorePairs,
  strangersFigure,
  thresholdFigure,
  thresholdRows,
} from "../../lib/notebook/mod.ts";
import { jupyterDisplay, type Shown } from "../../lib/notebook/shown.ts";

interface PageElement {
  value: string;
  readonly max: string;
  readonly src: string;
  readonly textContent: string;
  getAttribute(name: string): string | null;
  dispatchEvent(event: unknown): void;
}

interface PageDocument {
  querySelector(selector: string): PageElement | null;
  readonly defaultView: { readonly Event: new (name: string) => unknown };
}

/** A page without scripts run. */
function parsed(body: string): PageDocument {
  const page = parseHTML(`<html><body>${body}</body></html>`);
  return (page as unknown as { document: PageDocument }).document;
}

/** What a front end is given. */
function bundle(shown: Shown | string): Readonly<Record<string, string>> {
  assert.ok(typeof shown !== "string", String(shown));
  return shown[jupyterDisplay]();
}

/** Points on a line: distances 0.25 (ann), 0.5 (bob), and 1, 1.5, 0.75, 1.25 between them. */
const items = [["ann", 0], ["ann", 0.25], ["bob", 1], ["bob", 1.5]].map((
  [user, x],
  i,
) => ({
  user: String(user),
  name: `${i}.jpg`,
  vector: Float32Array.of(Number(x)),
}));
const scores = scorePairs(items);
const grey = {
  photo: { width: 8, height: 8, data: new Uint8Array(192).fill(128) },
};
const templates = items.map(({ user, name, vector }) => ({
  user,
  photo: name,
  photoSha256: "",
  createdAt: "2026-01-01T00:00:00.000Z",
  vector,
}));
const sliderFigures = {
  thresholdFigure: thresholdFigure(scores, 0.5),
  strangersFigure: strangersFigure(scores, 0.5),
  nearestFigure: await nearestFigure(
    items,
    items.map(() => grey),
    templates,
    { threshold: 0.5, margin: 0 },
  ),
};

Deno.test("scorePairs() compares each two photos once", () => {
  assert.deepEqual([...scores.genuine], [0.25, 0.5]);
  assert.deepEqual([...scores.impostor], [0.75, 1, 1.25, 1.5]);
});

Deno.test("thresholdRows() counts a distance equal to the threshold as refused", () => {
  assert.deepEqual(thresholdRows(scores, [0.5, 1.1]), [
    ["0.50", "1 of 2", "50 %", "0 of 4", "0 %"],
    ["1.10", "0 of 2", "0 %", "2 of 4", "50 %"],
  ]);
});

Deno.test("the ROC figure says in words what it shows", () => {
  const shown = bundle(rocFigure("Title", scores, 0.5));
  assert.match(
    shown["text/plain"]!,
    /1 of 2 pairs of one person refused, 0 of 4/,
  );
  assert.match(shown["image/svg+xml"]!, /Title/);
  assert.doesNotMatch(shown["image/svg+xml"]!, /NaN|undefined/);
});

/** The picture of an `<img>` that carries it. */
function pictureIn(src: string): string {
  return new TextDecoder().decode(Uint8Array.fromBase64(src.split(",")[1]!));
}

for (const [name, figure] of Object.entries(sliderFigures)) {
  Deno.test(`${name}() needs no network, and keeps a still and its words where scripts are stripped`, () => {
    const page = bundle(figure)["text/html"]!;
    assert.doesNotMatch(page, /(src|href)="https?:|NaN|undefined/);
    const stripped = page.replace(/<script>[^]*<\/script>/, "");
    assert.doesNotMatch(stripped, /<(script|input)/);
    const document = parsed(stripped);
    const picture = document.querySelector("img")!;
    assert.match(pictureIn(picture.getAttribute("src")!), /^<svg[^]*<\/svg>$/);
    assert.equal(
      picture.getAttribute("alt"),
      document.querySelector("p")!.textContent,
    );
  });

  Deno.test(`${name}()'s slider puts another picture and other words in their place`, () => {
    const document = parsed(bundle(figure)["text/html"]!);
    const picture = document.querySelector("img")!;
    const still = pictureIn(picture.getAttribute("src")!);
    const words = document.querySelector("p")!.textContent;
    new Function("document", document.querySelector("script")!.textContent)(
      document,
    );
    const slider = document.querySelector("input")!;
    const at = slider.value;
    const moveTo = (value: number | string) => {
      slider.value = String(value);
      slider.dispatchEvent(
        new document.defaultView.Event("input"),
      );
      return decodeURIComponent(picture.src.replace(/^[^,]*,/, ""));
    };
    assert.notEqual(moveTo(slider.max), still);
    assert.notEqual(document.querySelector("p")!.textContent, words);
    assert.equal(moveTo(at), still, "back where it began");
    assert.equal(document.querySelector("p")!.textContent, words);
  });
}

Deno.test("strangersFigure() counts each person as a stranger to the others", () => {
  const words = bundle(strangersFigure(scores, 1))["text/plain"]!;
  // At 1 only ann's photo at 0.25 and bob's at 1 are taken for the other: half of the photos, all people.
  assert.match(words, /among 10 users 50 % .* one photo, 100 % with all/);
});

Deno.test("photos of one person, or one photo, make no figure but a sentence", () => {
  const alone = scorePairs(items.slice(0, 1));
  for (
    const shown of [
      rocFigure("", alone, 0.5),
      thresholdFigure(alone, 0.5),
      strangersFigure(alone, 0.5),
      ratesText(alone, 0.5),
    ]
  ) assert.match(String(shown), /make no pair/);
});

Deno.test("ratesText() says what so few people can show", () => {
  assert.match(
    ratesText(scores, 0.7),
    /these \*\*2 people\*\* show an FNMR of \*\*0 %\*\* \(0 % to 77\.6 %\)/,
  );
});

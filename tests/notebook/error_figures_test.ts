import assert from "node:assert/strict";
import {
  histogramFigure,
  ratesText,
  rocFigure,
  scorePairsOf,
  thresholdSlider,
  thresholdTable,
} from "../../lib/notebook/mod.ts";

/** What a front end is given. */
function bundle(shown: object): Record<string, string> {
  const [display] = Object.getOwnPropertySymbols(Object.getPrototypeOf(shown));
  return (shown as { [key: symbol]: () => Record<string, string> })[
    display!
  ]!();
}

/** Points on a line: distances 0.25 (ann), 0.5 (bob), and 1, 1.5, 0.75, 1.25 between them. */
const items = [
  { user: "ann", vector: [0] },
  { user: "ann", vector: [0.25] },
  { user: "bob", vector: [1] },
  { user: "bob", vector: [1.5] },
];
const scores = scorePairsOf(items);

Deno.test("scorePairsOf() compares each two photos once", () => {
  assert.deepEqual([...scores.sorted.genuine], [0.25, 0.5]);
  assert.deepEqual([...scores.sorted.impostor], [0.75, 1, 1.25, 1.5]);
});

Deno.test("thresholdTable() counts a distance equal to the threshold as refused", () => {
  const lines = thresholdTable(scores, [0.5, 1.1]).text.split("\n");
  assert.match(lines[2]!, /0\.50 \| 1 of 2 \| 50 % \| 0 of 4 \| 0 %/);
  assert.match(lines[3]!, /1\.10 \| 0 of 2 \| 0 % \| 2 of 4 \| 50 %/);
});

Deno.test("error figures say in words what they show, in colours that stand on any page", () => {
  for (const figure of [histogramFigure, rocFigure]) {
    const shown = bundle(figure("Title", scores, 0.5));
    assert.match(
      shown["text/plain"]!,
      /1 of 2 pairs of one person refused, 0 of 4/,
    );
    assert.match(shown["image/svg+xml"]!, /Title/);
    assert.doesNotMatch(shown["image/svg+xml"]!, /NaN|undefined/);
  }
});

Deno.test("the slider needs no network, and says what it shows where scripts do not run", () => {
  const html = bundle(thresholdSlider(scores, 0.5))["text/html"]!;
  assert.match(
    html,
    /<p[^>]*>Threshold 0\.50: 1 of 2 pairs of one person refused/,
  );
  assert.match(html, /<svg[^]*<input[^]*<script>/);
  assert.doesNotMatch(html, /(src|href)="https?:|NaN/);
});

Deno.test("photos of one person, or one photo, make no figure but a sentence", () => {
  const alone = scorePairsOf(items.slice(0, 1));
  for (
    const shown of [
      histogramFigure("", alone, 0.5),
      rocFigure("", alone, 0.5),
      thresholdSlider(alone, 0.5),
      ratesText(alone, 0.5),
    ]
  ) assert.match(bundle(shown)["text/markdown"]!, /make no pair/);
});

Deno.test("ratesText() says what so few people can show", () => {
  const { text } = ratesText(scores, 0.7);
  assert.match(
    text,
    /these \*\*2 people\*\* show an FNMR of \*\*0 %\*\* \(0 % to 77\.6 %\)/,
  );
});

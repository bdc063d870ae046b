import assert from "node:assert/strict";
import {
  histogramFigure,
  rocFigure,
  scorePairsOf,
  thresholdTable,
} from "../../lib/notebook/mod.ts";

/** Points on a line: distances 0.25 (ann), 0.5 (bob), and 1, 1.5, 0.75, 1.25 between them. */
const items = [
  { user: "ann", vector: [0] },
  { user: "ann", vector: [0.25] },
  { user: "bob", vector: [1] },
  { user: "bob", vector: [1.5] },
];
const scores = scorePairsOf(items);

Deno.test("scorePairsOf() compares each two photos once", () => {
  assert.deepEqual([...scores.genuine], [0.25, 0.5]);
  assert.deepEqual([...scores.impostor], [0.75, 1, 1.25, 1.5]);
});

Deno.test("thresholdTable() counts a distance equal to the threshold as refused", () => {
  const lines = thresholdTable(scores, [0.5, 1.1]).text.split("\n");
  assert.match(lines[2]!, /0\.50 \| 1 of 2 \| 50 % \| 0 of 4 \| 0 %/);
  assert.match(lines[3]!, /1\.10 \| 0 of 2 \| 0 % \| 2 of 4 \| 50 %/);
});

Deno.test("error figures say in words what they show", () => {
  for (const figure of [histogramFigure, rocFigure]) {
    const { svg, description } = figure("Title", scores, 0.5);
    assert.match(description, /0\.50 1 pairs of one user are refused and 0/);
    assert.match(svg, /Title/);
    assert.doesNotMatch(svg, /NaN|undefined/);
  }
});

import assert from "node:assert/strict";
import { NothingToCompareError } from "../../lib/errors.ts";
import type { PhotoOutcome } from "../../lib/evaluate/embed_photos.ts";
import { evaluate } from "../../lib/evaluate/evaluation.ts";
import { sortScores } from "../../lib/evaluate/pair_scores.ts";

/** Photos as points on a line, by person; equal texts are equal files. */
function evaluationOf(
  photos: readonly (readonly [person: string, x: number, file?: string])[],
  options: { quality?: (x: number) => number } = {},
) {
  const people = [...new Set(photos.map(([person]) => person))];
  return evaluate({
    dataset: {
      photos: photos.map(([person, x], i) => ({
        path: `${person}/${x}_${i}.jpg`,
        name: `${x}.jpg`,
        person: people.indexOf(person),
      })),
      people,
      pairs: null,
      warnings: [],
    },
    outcomes: photos.map(([, x, file], i): PhotoOutcome => ({
      kind: "embedded",
      sha256: file ?? `${i}`,
      vector: Float32Array.of(x),
      faces: 1,
      quality: options.quality?.(x) ?? 1,
    })),
    threshold: 1,
    modelId: "line",
    detector: "none",
    command: "",
  });
}

Deno.test("a photo that is there twice counts once, with a warning", () => {
  const { verification, warnings } = evaluationOf([
    ["ann", 0, "same"],
    ["ann", 0, "same"],
    ["ann", 0.5],
    ["bob", 3],
  ]);
  assert.deepEqual(
    [verification.genuinePairs, verification.impostorPairs],
    [1, 2],
  );
  assert.match(warnings[0]!, /ann\/0_1\.jpg: it is the same file as ann\/0_0/);
});

Deno.test("a photo under two people is refused by name", () => {
  assert.throws(
    () => evaluationOf([["ann", 0, "same"], ["ann", 1], ["bob", 0, "same"]]),
    (error: Error) =>
      error instanceof NothingToCompareError &&
      /ann\/0_0\.jpg of ann and bob\/0_2\.jpg of bob/.test(error.message),
  );
});

Deno.test("photos of one person, or one photo of each, give nothing to compare", () => {
  for (const people of [["ann", "ann"], ["ann", "bob"]]) {
    assert.throws(
      () => evaluationOf(people.map((person, x) => [person, x] as const)),
      NothingToCompareError,
    );
  }
});

Deno.test("a distance that is not a number is refused, and does not make the EER loop", () => {
  assert.throws(() => sortScores([0.1, NaN], [0.2]), RangeError);
  assert.throws(() => sortScores([0.1], [-NaN]), RangeError);
});

Deno.test("errors are told by person and by couple, worst pairs once for each", () => {
  const evaluation = evaluationOf([
    ["ann", 0],
    ["ann", 0.2],
    ["ann", 5],
    ["bob", 0.1],
    ["bob", 0.3],
    ["cyd", 9],
    ["cyd", 9.1],
  ]);
  const [ann, bob] = evaluation.byPerson;
  assert.deepEqual(ann, {
    person: "ann",
    genuinePairs: 3,
    falseNonMatches: 2,
    impostorPairs: 12,
    falseMatches: 4,
  });
  assert.deepEqual([bob!.person, bob!.falseMatches], ["bob", 4]);
  assert.equal(evaluation.confusions.length, 1);
  const { people, pairs, falseMatches } = evaluation.confusions[0]!;
  assert.deepEqual([people, pairs, falseMatches], [["ann", "bob"], 6, 4]);
  assert.equal(evaluation.closestImpostor.length, 3, "one for each couple");
  assert.equal(evaluation.worstGenuine.length, 3, "one for each person");
  const distances = evaluation.closestImpostor.map(({ distance }) => distance);
  assert.deepEqual(distances, distances.toSorted((a, b) => a - b));
});

Deno.test("refusing the photos of lowest quality first takes away the errors they make", () => {
  const { discard } = evaluationOf([
    ["ann", 0],
    ["ann", 0.1],
    ["ann", 4],
    ["bob", 8],
    ["bob", 8.1],
  ], { quality: (x) => x === 4 ? 0.1 : 2 });
  assert.ok(discard[0]!.fnmr === 0.5);
  const after = discard.find(({ refused }) => refused === 0.2)!;
  assert.deepEqual([after.fnmr, after.fmr], [0, 0]);
});

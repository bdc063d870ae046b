import assert from "node:assert/strict";
import { UsageError } from "../../lib/errors.ts";
import { parseMetadata } from "../../lib/evaluate/breakdown.ts";
import { parseLfwPairs, parsePairsCsv } from "../../lib/evaluate/read_pairs.ts";

const lfw = [
  "2\t1",
  "Abel_Pacheco\t1\t4",
  "Abdel_Madi\t5\tDean_Barker\t1",
  "Akhmed_Zakayev\t1\t3",
  "Abel_Pacheco\t1\tAkhmed_Zakayev\t3",
  "",
].join("\n");

Deno.test("parseLfwPairs() reads folds, genuine and impostor pairs, and each photo once", () => {
  const { photos, people, pairs } = parseLfwPairs(lfw, "pairs.txt", "lfw");
  assert.equal(photos[0]!.path, "lfw/Abel_Pacheco/Abel_Pacheco_0001.jpg");
  assert.equal(photos.length, 6);
  assert.equal(people.length, 4);
  assert.deepEqual(pairs!.map(({ same, fold }) => [same, fold]), [
    [true, 0],
    [false, 0],
    [true, 1],
    [false, 1],
  ]);
});

Deno.test("parseLfwPairs() names the line that it cannot understand", () => {
  const damaged = lfw.replace("Abdel_Madi\t5\t", "Abdel_Madi\tfive\t");
  assert.throws(
    () => parseLfwPairs(damaged, "pairs.txt", "lfw"),
    (error) => error instanceof UsageError && /line 3/.test(error.message),
  );
  assert.throws(() => parseLfwPairs("hello", "pairs.txt", "lfw"), /line 1/);
});

Deno.test("parsePairsCsv() takes photos that genuine pairs join for one person", () => {
  const text = "file_x,file_y,answer\na.jpg,b.jpg,Yes\nb.jpg,c.jpg,same\n" +
    "a.jpg,d.jpg,No\n";
  const { photos, pairs } = parsePairsCsv(text, "pairs.csv", "photos");
  const personOf = new Map(photos.map(({ name, person }) => [name, person]));
  assert.equal(personOf.get("a.jpg"), personOf.get("c.jpg"));
  assert.notEqual(personOf.get("a.jpg"), personOf.get("d.jpg"));
  assert.deepEqual(pairs!.map(({ same }) => same), [true, true, false]);
});

Deno.test("parsePairsCsv() names the row without an answer", () => {
  const text = "a.jpg,b.jpg,Yes\na.jpg,c.jpg,perhaps\n";
  assert.throws(() => parsePairsCsv(text, "pairs.csv", "."), /row 2.*perhaps/);
});

Deno.test("parsePairsCsv() reads quoted names, blanks beside commas, either line end and a byte-order mark", () => {
  const text = '\ufeff"a, ""1"".jpg", b.jpg,Yes\r\nb.jpg,c.jpg , No\r\n\r\n';
  const { photos } = parsePairsCsv(text, "pairs.csv", ".");
  const names = photos.map(({ name }) => name);
  assert.deepEqual(names, ['a, "1".jpg', "b.jpg", "c.jpg"]);
});

Deno.test("parseMetadata() wants a header that begins with file or person", () => {
  const { columns, values } = parseMetadata("person,age\nanna,old\n", "m.csv");
  assert.deepEqual(columns, ["age"]);
  assert.deepEqual(values.get("anna"), ["old"]);
  assert.throws(() => parseMetadata("anna,old\n", "m.csv"), UsageError);
});

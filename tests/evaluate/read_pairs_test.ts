import assert from "node:assert/strict";
import { UsageError } from "../../lib/errors.ts";
import { parseMetadata } from "../../lib/evaluate/breakdown.ts";
import {
  parseLfwPairs,
  parseLfwPeople,
  parsePairsCsv,
} from "../../lib/evaluate/read_pairs.ts";

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

Deno.test("parseLfwPairs() refuses a list that is shorter or longer than its first line says, and folds of another order", () => {
  const lines = lfw.split("\n");
  const parse = (some: string[]) => () =>
    parseLfwPairs(some.join("\n"), "pairs.txt", "lfw");
  assert.throws(parse(lines.slice(0, 4)), /lists 3 pairs.*announces 4/);
  assert.throws(parse([...lines, lines[1]!]), /lists 5 pairs.*too long/);
  const swapped = [lines[0]!, lines[2]!, lines[1]!, lines[3]!, lines[4]!];
  assert.throws(parse(swapped), /line 2: .*should be "name i j"/);
});

Deno.test("parseLfwPeople() reads every photo of every fold's people, and lists without folds", () => {
  const text = "2\n1\nAda\t2\n2\nBob\t1\nCyd\t3\n";
  const { photos, people, pairs } = parseLfwPeople(text, "people.txt", "lfw");
  assert.deepEqual(people, ["Ada", "Bob", "Cyd"]);
  assert.equal(photos.length, 6);
  assert.equal(photos.at(-1)!.path, "lfw/Cyd/Cyd_0003.jpg");
  assert.equal(pairs, null);
  const plain = parseLfwPeople("1\nAda\t2\n", "p.txt", "lfw");
  assert.equal(plain.photos.length, 2);
  for (
    const [damaged, says] of [
      ["2\n1\nAda\t2\n2\nBob\t1\n", /the end/],
      ["1\n1\nAda\t2\nBob\t1\n", /goes on after its 1 folds, at line 4/],
      ["1\nAda two\n", /line 2: "Ada two"/],
    ] as const
  ) assert.throws(() => parseLfwPeople(damaged, "people.txt", "lfw"), says);
});

Deno.test("a list's pairs count once, not with themselves, and not with both answers", () => {
  const text =
    "a.jpg,b.jpg,Yes\nb.jpg,a.jpg,Yes\na.jpg,a.jpg,Yes\na.jpg,c.jpg,No\n";
  const { pairs, warnings } = parsePairsCsv(text, "pairs.csv", ".");
  assert.equal(pairs!.length, 2);
  assert.deepEqual(warnings, [
    "Omitted 1 listed pairs of a photo with itself.",
    "Omitted 1 listed pairs that were listed before.",
  ]);
  assert.throws(
    () => parsePairsCsv("a.jpg,b.jpg,Yes\nb.jpg,a.jpg,No\n", "p.csv", "."),
    (error) =>
      error instanceof UsageError && /decide which/.test(error.message),
  );
});

Deno.test("parsePairsCsv() finds photos whose listed path begins with the folder's own name", async () => {
  const root = await Deno.makeTempDir();
  await Deno.mkdir(`${root}/data/lfw/Ada`, { recursive: true });
  await Deno.writeTextFile(`${root}/data/lfw/Ada/1.jpg`, "");
  const text = "lfw/Ada/1.jpg,data/lfw/Ada/1.jpg,Yes\nAda/1.jpg,Ada/2.jpg,No\n";
  const { photos } = parsePairsCsv(text, "pairs.csv", `${root}/data/lfw`);
  assert.deepEqual(photos.map(({ path }) => path), [
    `${root}/data/lfw/Ada/1.jpg`,
    `${root}/data/lfw/Ada/2.jpg`,
  ]);
  await Deno.remove(root, { recursive: true });
});

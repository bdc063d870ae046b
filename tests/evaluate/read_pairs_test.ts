import assert from "node:assert/strict";
import { UsageError } from "../../lib/errors.ts";
import { readMetadata } from "../../lib/evaluate/breakdown.ts";
import { readPairs, readPeople } from "../../lib/evaluate/read_pairs.ts";

/** What a reader makes of a list of this text. */
async function read<T>(
  reader: (file: string, root?: string) => Promise<T>,
  text: string,
  root?: string,
): Promise<T> {
  const file = await Deno.makeTempFile();
  try {
    await Deno.writeTextFile(file, text);
    return await reader(file, root);
  } finally {
    await Deno.remove(file);
  }
}

const lfw = [
  "2\t1",
  "Abel_Pacheco\t1\t4",
  "Abdel_Madi\t5\tDean_Barker\t1",
  "Akhmed_Zakayev\t1\t3",
  "Abel_Pacheco\t1\tAkhmed_Zakayev\t3",
  "",
].join("\n");

Deno.test("readPairs() reads folds, genuine and impostor pairs, and each photo once", async () => {
  const { photos, people, pairs } = await read(readPairs, lfw, "lfw");
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

Deno.test("readPairs() names the line that it cannot understand", async () => {
  const damaged = lfw.replace("Abdel_Madi\t5\t", "Abdel_Madi\tfive\t");
  await assert.rejects(
    () => read(readPairs, damaged, "lfw"),
    (error) => error instanceof UsageError && /line 3/.test(error.message),
  );
  await assert.rejects(() => read(readPairs, "hello", "lfw"), /line 1/);
});

Deno.test("readPairs() takes photos that genuine pairs join for one person", async () => {
  const text = "file_x,file_y,answer\na.jpg,b.jpg,Yes\nb.jpg,c.jpg,same\n" +
    "a.jpg,d.jpg,No\n";
  const { photos, pairs } = await read(readPairs, text, "photos");
  const personOf = new Map(photos.map(({ name, person }) => [name, person]));
  assert.equal(personOf.get("a.jpg"), personOf.get("c.jpg"));
  assert.notEqual(personOf.get("a.jpg"), personOf.get("d.jpg"));
  assert.deepEqual(pairs!.map(({ same }) => same), [true, true, false]);
});

Deno.test("readPairs() names the row without an answer", async () => {
  const text = "a.jpg,b.jpg,Yes\na.jpg,c.jpg,perhaps\n";
  await assert.rejects(() => read(readPairs, text, "."), /row 2.*perhaps/);
});

Deno.test("readPairs() reads quoted names, blanks beside commas, either line end and a byte-order mark", async () => {
  const text = '\ufeff"a, ""1"".jpg", b.jpg,Yes\r\nb.jpg,c.jpg , No\r\n\r\n';
  const { photos } = await read(readPairs, text, ".");
  const names = photos.map(({ name }) => name);
  assert.deepEqual(names, ['a, "1".jpg', "b.jpg", "c.jpg"]);
});

Deno.test("readMetadata() wants a header that begins with file or person", async () => {
  const { columns, values } = await read(
    readMetadata,
    "person,age\nanna,old\n",
  );
  assert.deepEqual(columns, ["age"]);
  assert.deepEqual(values.get("anna"), ["old"]);
  await assert.rejects(() => read(readMetadata, "anna,old\n"), UsageError);
});

Deno.test("readPairs() refuses a list that is shorter or longer than its first line says, and folds of another order", async () => {
  const lines = lfw.split("\n");
  const parse = (some: string[]) => () =>
    read(readPairs, some.join("\n"), "lfw");
  await assert.rejects(parse(lines.slice(0, 4)), /lists 3 pairs.*announces 4/);
  await assert.rejects(parse([...lines, lines[1]!]), /lists 5 pairs.*too long/);
  const swapped = [lines[0]!, lines[2]!, lines[1]!, lines[3]!, lines[4]!];
  await assert.rejects(parse(swapped), /line 2: .*should be "name i j"/);
});

Deno.test("readPeople() reads every photo of every fold's people, and lists without folds", async () => {
  const text = "2\n1\nAda\t2\n2\nBob\t1\nCyd\t3\n";
  const { photos, people, pairs } = await read(readPeople, text, "lfw");
  assert.deepEqual(people, ["Ada", "Bob", "Cyd"]);
  assert.equal(photos.length, 6);
  assert.equal(photos.at(-1)!.path, "lfw/Cyd/Cyd_0003.jpg");
  assert.equal(pairs, null);
  const plain = await read(readPeople, "1\nAda\t2\n", "lfw");
  assert.equal(plain.photos.length, 2);
  for (
    const [damaged, says] of [
      ["2\n1\nAda\t2\n2\nBob\t1\n", /the end/],
      ["1\n1\nAda\t2\nBob\t1\n", /goes on after its 1 folds, at line 4/],
      ["1\nAda two\n", /line 2: "Ada two"/],
    ] as const
  ) await assert.rejects(() => read(readPeople, damaged, "lfw"), says);
});

Deno.test("a list's pairs count once, not with themselves, and not with both answers", async () => {
  const text =
    "a.jpg,b.jpg,Yes\nb.jpg,a.jpg,Yes\na.jpg,a.jpg,Yes\na.jpg,c.jpg,No\n";
  const { pairs, warnings } = await read(readPairs, text, ".");
  assert.equal(pairs!.length, 2);
  assert.deepEqual(warnings, [
    "Omitted 1 listed pairs of a photo with itself.",
    "Omitted 1 listed pairs that were listed before.",
  ]);
  await assert.rejects(
    () => read(readPairs, "a.jpg,b.jpg,Yes\nb.jpg,a.jpg,No\n", "."),
    (error) =>
      error instanceof UsageError && /decide which/.test(error.message),
  );
});

Deno.test("readPairs() finds photos whose listed path begins with the folder's own name", async () => {
  const root = await Deno.makeTempDir();
  await Deno.mkdir(`${root}/data/lfw/Ada`, { recursive: true });
  await Deno.writeTextFile(`${root}/data/lfw/Ada/1.jpg`, "");
  const text = "lfw/Ada/1.jpg,data/lfw/Ada/1.jpg,Yes\nAda/1.jpg,Ada/2.jpg,No\n";
  const { photos } = await read(readPairs, text, `${root}/data/lfw`);
  assert.deepEqual(photos.map(({ path }) => path), [
    `${root}/data/lfw/Ada/1.jpg`,
    `${root}/data/lfw/Ada/2.jpg`,
  ]);
  await Deno.remove(root, { recursive: true });
});

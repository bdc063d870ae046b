import assert from "node:assert/strict";
import { freshFolder, runDenoTask } from "./task.ts";

const folder = await freshFolder();
const numbers = ["01", "02", "06", "07"];
const photos: Record<string, readonly string[]> = {
  andrew: ["06", "07"],
  beatriz: numbers,
  daisuke: numbers,
  dalila: numbers,
  edgar: ["06", "07"],
  hana: ["06", "07"],
};
for (const [person, numbers] of Object.entries(photos)) {
  await Deno.mkdir(`${folder}/people/${person}`, { recursive: true });
  for (const number of numbers) {
    const home = Number(number) < 6 ? "registration_photos" : "signin_photos";
    const name = `${person}_${number}.jpg`;
    // Photos directly in these folders are andrew's.
    const from = person === "andrew" ? home : `${home}/${person}`;
    await Deno.copyFile(
      `${from}/${name}`,
      `${folder}/people/${person}/${name}`,
    );
  }
}
await Deno.writeTextFile(`${folder}/people/dalila/broken.jpg`, "no picture");
await Deno.copyFile(
  "tests/photos/back.jpg",
  `${folder}/people/beatriz/back.jpg`,
);

const inFolder = (name: string) => `${folder}/evaluation/${name}`;

Deno.test("evaluate lists what it cannot use, counts it as FTA, and writes report, numbers and curve", async () => {
  const { code, out, err } = await runDenoTask(folder, "evaluate", ["people"]);
  assert.equal(code, 0, err);
  assert.match(out, /photos +20 +of 6 people/);
  assert.match(out, /FTA +10 % +2 photos gave no embedding/);
  assert.match(out, /unreadable: .*broken\.jpg/);
  assert.match(out, /no-face: .*back\.jpg/);
  assert.match(
    out,
    /At the threshold 0\.500: \d+ of 21 genuine pairs at or above it, \d+ of 132 impostor pairs below it\./,
  );
  assert.match(
    out,
    /FNMR at FMR 1 % +not stated +needs 300 pairs of people, here are 15 \(rule of 3\)/,
  );
  assert.match(out, /DIR at FPIR 1 % +not stated +needs 299 people/);
  assert.match(out, /FMR +0 % +0 % to 18\.1 %/, "six people show no less");
  assert.match(
    out,
    /margin +FPIR +FNIR\n +0\.00 .*\n +0\.02 .*\n +0\.05 .*\n +0\.10 .*\n +0\.15 /,
  );
  assert.equal(err, "", "a pipe sees no progress bar");

  const metrics = JSON.parse(
    await Deno.readTextFile(inFolder("metrics.json")),
  );
  assert.equal(metrics.verification.genuinePairs, 21);
  assert.equal(metrics.verification.impostorPairs, 132);
  assert.ok(metrics.verification.dPrime > 3);
  const { margins } = metrics.identification;
  assert.deepEqual(
    margins.map(({ margin }: { margin: number }) => margin),
    [0, 0.02, 0.05, 0.1, 0.15],
  );
  const failures = await Deno.readTextFile(inFolder("failures.csv"));
  assert.match(failures, /people\/dalila\/broken\.jpg,unreadable,/);
  const page = await Deno.readTextFile(inFolder("report.html"));
  assert.match(page, /broken\.jpg/);
  assert.match(page, /<h2>Margin<\/h2>[^]*FPIR[^]*0\.15/);
  assert.doesNotMatch(
    page,
    /(src|href)="(https?:)?\/\/|url\(["']?http|@import|<script[^>]+src/,
    "the report needs no network",
  );
});

Deno.test("what evaluate keeps may be read by its owner only", async () => {
  assert.equal((await Deno.stat(inFolder("."))).mode! & 0o777, 0o700);
  for await (const { name } of Deno.readDir(inFolder("."))) {
    assert.equal((await Deno.stat(inFolder(name))).mode! & 0o777, 0o600, name);
  }
});

Deno.test("evaluate again takes every photo from the cache and finds the same", async () => {
  const cache = await Deno.readTextFile(inFolder("embeddings.jsonl"));
  const before = await Deno.readTextFile(inFolder("curve.csv"));
  const { code, out } = await runDenoTask(folder, "evaluate", [
    "people",
    "--json",
  ]);
  assert.equal(code, 0);
  const { result: answer } = JSON.parse(out);
  assert.equal(answer.acquisition.failures.length, 2);
  assert.equal(answer.verification.genuinePairs, 21);
  assert.equal(await Deno.readTextFile(inFolder("embeddings.jsonl")), cache);
  assert.equal(await Deno.readTextFile(inFolder("curve.csv")), before);
});

Deno.test("evaluate --pairs scores the pairs of a CSV and counts those that a bad photo costs", async () => {
  await Deno.writeTextFile(
    `${folder}/pairs.csv`,
    [
      "file_x,file_y,Decision",
      "beatriz/beatriz_01.jpg,beatriz/beatriz_06.jpg,Yes",
      "daisuke/daisuke_01.jpg,daisuke/daisuke_06.jpg,Yes",
      "beatriz/beatriz_01.jpg,daisuke/daisuke_06.jpg,No",
      "dalila/broken.jpg,dalila/dalila_01.jpg,Yes",
    ].join("\n"),
  );
  const { code, out, err } = await runDenoTask(folder, "evaluate", [
    "people",
    "--pairs",
    "pairs.csv",
    "--json",
  ]);
  assert.equal(code, 0, err + out);
  const { verification, lostPairs, acquisition } = JSON.parse(out).result;
  assert.deepEqual(
    [verification.genuinePairs, verification.impostorPairs, lostPairs],
    [2, 1, 1],
  );
  assert.match(acquisition.failures[0].path, /broken\.jpg/);
});

Deno.test("evaluate reads LFW's pairs.txt and people.txt on a tree laid out as LFW is", async () => {
  const root = `${folder}/lfw`;
  for (const person of ["beatriz", "daisuke"]) {
    await Deno.mkdir(`${root}/${person}`, { recursive: true });
    for (const [i, number] of numbers.entries()) {
      await Deno.copyFile(
        `${folder}/people/${person}/${person}_${number}.jpg`,
        `${root}/${person}/${person}_000${i + 1}.jpg`,
      );
    }
  }
  const fold = (a: number, b: number) => [
    `beatriz\t${a}\t${b}`,
    `daisuke\t${a}\t${b}`,
    `beatriz\t${a}\tdaisuke\t${b}`,
    `beatriz\t${b}\tdaisuke\t${a}`,
  ];
  const list = ["2\t2", ...fold(1, 2), ...fold(3, 4)].join("\n");
  await Deno.writeTextFile(`${folder}/pairs.txt`, list);
  const people = "2\n1\nbeatriz\t4\n1\ndaisuke\t4\n";
  await Deno.writeTextFile(`${folder}/people.txt`, people);
  const run = async (...args: string[]) => {
    const { code, out, err } = await runDenoTask(folder, "evaluate", [
      "lfw",
      ...args,
      "--json",
    ]);
    assert.equal(code, 0, err + out);
    return JSON.parse(out).result;
  };
  const pairs = await run("--pairs", "pairs.txt");
  assert.equal(pairs.verification.genuinePairs, 4);
  assert.equal(pairs.verification.impostorPairs, 4);
  assert.equal(pairs.lfw.folds.length, 2);
  const all = await run("--people", "people.txt");
  assert.equal(all.verification.genuinePairs, 12);
  assert.equal(all.verification.impostorPairs, 16);
  await Deno.writeTextFile(`${folder}/short.txt`, list.slice(0, -20));
  const short = await runDenoTask(folder, "evaluate", [
    "lfw",
    "--pairs",
    "short.txt",
  ]);
  assert.equal(short.code, 64);
  assert.match(short.err, /lists 7 pairs|line 9/);
});

Deno.test("evaluate of one person, of one pair, or of photos that are not there says so in a sentence", async () => {
  const one = await runDenoTask(folder, "evaluate", ["people/hana"]);
  assert.equal(one.code, 2);
  assert.match(one.err, /2 photos of 1 person gave 1 genuine and 0 impostor/);
  await Deno.writeTextFile(
    `${folder}/one.csv`,
    "hana/hana_06.jpg,hana/hana_07.jpg,Yes\n",
  );
  const pair = await runDenoTask(folder, "evaluate", [
    "people",
    "--pairs",
    "one.csv",
  ]);
  assert.equal(pair.code, 2, pair.err);
  await Deno.writeTextFile(
    `${folder}/gone.csv`,
    "x/1.jpg,x/2.jpg,Yes\nx/1.jpg,y/1.jpg,No\n",
  );
  const gone = await runDenoTask(folder, "calibrate", [
    "people",
    "--pairs",
    "gone.csv",
    "--fmr",
    "0.2",
  ]);
  assert.equal(gone.code, 2, gone.err);
  assert.match(gone.err, /0 of 3 photos of 2 people gave 0 genuine/);
});

Deno.test("evaluate --mirror off compares it with mirror on, pair by pair, with an interval", async () => {
  const { code, out } = await runDenoTask(folder, "evaluate", [
    "people",
    "--mirror",
    "off",
  ]);
  assert.equal(code, 0);
  assert.match(out, /mirror off against mirror on, same photos:/);
  assert.match(out, /These people do not show|is better in/);
  assert.match(out, /d' +\d\.\d+ +\d\.\d+ +[+-]\d\.\d+ +\S+ to \S+/);
});

const verifyEnv = { register_path: "./people/daisuke/daisuke_01.jpg" };
const verifyArgs = ["people/daisuke/daisuke_06.jpg", "--json"];

Deno.test("verify says that its threshold is the model's, the setting's or the command line's", async () => {
  const from = async (args: string[], env: Record<string, string>) => {
    const { out } = await runDenoTask(folder, "verify", [
      ...verifyArgs,
      ...args,
    ], { ...verifyEnv, ...env });
    const { threshold, thresholdFrom } = JSON.parse(out).result;
    return [threshold, thresholdFrom];
  };
  assert.deepEqual(await from([], {}), [0.5, "model default"]);
  assert.deepEqual(await from([], { threshold: "0.3" }), [0.3, "setting"]);
  assert.deepEqual(
    await from(["--threshold", "0.2"], { threshold: "0.3" }),
    [0.2, "--threshold"],
  );
});

Deno.test("calibrate writes a threshold that its people support, which verify then uses and names", async () => {
  const path = `${folder}/embeddings.json.calibration`;
  const few = await runDenoTask(folder, "calibrate", ["people", "--fmr", "1%"]);
  assert.equal(few.code, 64);
  assert.match(few.err, /of 6 people .* takes 25 people.*--fmr 0\.19 or more/);
  await assert.rejects(Deno.stat(path), Deno.errors.NotFound);

  const { code, out, err } = await runDenoTask(folder, "calibrate", [
    "people",
    "--fmr",
    "0.19",
  ]);
  assert.equal(code, 0, err);
  assert.match(out, /FMR is at most 19 % with 95 % confidence/);
  assert.match(out, /unreadable: .*broken\.jpg/);
  assert.match(out, /calibrate --undo/);
  const chosen = JSON.parse(await Deno.readTextFile(path));
  assert.ok(chosen.fmr <= 0.05);
  assert.equal(chosen.impostorPairs, 132);

  const run = await runDenoTask(folder, "verify", verifyArgs, verifyEnv);
  const verdict = JSON.parse(run.out).result;
  assert.equal(verdict.threshold, chosen.threshold);
  assert.match(
    verdict.thresholdFrom,
    /^calibration of \d{4}-\d\d-\d\d on 153 pairs, target FMR 19 %$/,
  );

  await Deno.writeTextFile(path, "{");
  const damaged = await runDenoTask(folder, "verify", verifyArgs, verifyEnv);
  assert.equal(damaged.code, 65);
});

Deno.test("calibrate says the old threshold, and --undo forgets it", async () => {
  const path = `${folder}/embeddings.json.calibration`;
  await Deno.remove(path);
  const args = ["people", "--fmr", "0.19"];
  await runDenoTask(folder, "calibrate", args);
  const again = await runDenoTask(folder, "calibrate", args);
  assert.match(again.out, /Threshold (\d\.\d+) .*\(was \1\)/);
  const undone = await runDenoTask(folder, "calibrate", ["--undo"]);
  assert.equal(undone.code, 0, undone.err);
  assert.match(undone.out, /has no calibration any more/);
  await assert.rejects(Deno.stat(path), Deno.errors.NotFound);
  const nothing = await runDenoTask(folder, "calibrate", ["--undo"]);
  assert.match(nothing.out, /has no calibration\./);
});

Deno.test("evaluate writes nowhere but in evaluation/", async () => {
  const { code, err } = await runDenoTask(folder, "evaluate", [
    "people",
    "--out",
    "elsewhere",
  ]);
  assert.equal(code, 73);
  assert.match(err, /elsewhere cannot be written/);
});

addEventListener("unload", () => Deno.removeSync(folder, { recursive: true }));

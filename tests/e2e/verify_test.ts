import assert from "node:assert/strict";
import sharp from "sharp";
import { freshFolder, runDenoTask } from "./task.ts";

const folder = await freshFolder();
const store = `${folder}/embeddings.json`;

Deno.test("verify in a fresh clone registers the sample photos, says so, and accepts andrew", async () => {
  const { code, out, err } = await runDenoTask(folder, "verify");
  assert.equal(code, 0, err);
  assert.match(
    out,
    /Nobody is registered yet: registering the photos in \.\/registration_photos first/,
  );
  assert.match(out, /17 photos of 5 users: 17 added/);
  assert.match(out, /Accepted: this is andrew\./);
  assert.match(out, /distance +0\.\d{3}, under the threshold 0\.500/);
  assert.equal(err, "", "a pipe sees no progress bar");
});

Deno.test("verify refuses the stranger with exit code 4", async () => {
  const { code, out } = await runDenoTask(folder, "verify", [
    "signin_photos/hana/hana_01.jpg",
  ]);
  assert.equal(code, 4);
  assert.match(out, /Rejected: this is nobody who is registered\./);
});

Deno.test("verify --json names user, distance, threshold and nearest photo", async () => {
  const { code, out } = await runDenoTask(folder, "verify", [
    "signin_photos/beatriz/beatriz_06.jpg",
    "--json",
  ]);
  assert.equal(code, 0);
  const { ok, result: answer } = JSON.parse(out);
  assert.equal(ok, true);
  assert.deepEqual([
    answer.verdict,
    answer.user,
    answer.nearest.user,
    answer.threshold,
  ], [
    "accepted",
    "beatriz",
    "beatriz",
    0.5,
  ]);
  assert.ok(answer.distance > 0 && answer.distance < 0.5);
  assert.equal(answer.embedding, undefined);
});

Deno.test("verify --together decides once on several photos of one person", async () => {
  const photos = [6, 7].map((i) => `signin_photos/beatriz/beatriz_0${i}.jpg`);
  const { code, out } = await runDenoTask(folder, "verify", [
    ...photos,
    "--together",
  ]);
  assert.equal(code, 0);
  assert.match(out, /Accepted: this is beatriz\./);
  for (const photo of photos) assert.ok(out.includes(`photo     ${photo}\n`));
});

Deno.test("verify --user refuses another person's photo, and --threshold moves the line", async () => {
  const photo = "signin_photos/beatriz/beatriz_06.jpg";
  const claim = await runDenoTask(folder, "verify", [
    photo,
    "--user",
    "andrew",
  ]);
  assert.equal(claim.code, 4);
  assert.match(claim.out, /Rejected: this is not andrew\./);
  const loose = await runDenoTask(folder, "verify", [
    photo,
    "--user",
    "andrew",
    "--threshold",
    "2",
  ]);
  assert.equal(loose.code, 0);
});

Deno.test("verify decides several photos and folders one by one, a line each and one for all", async () => {
  const many = await runDenoTask(folder, "verify", [
    "signin_photos/hana/hana_01.jpg",
    "bad/back.jpg",
    "signin_photos/beatriz",
  ]);
  assert.equal(many.code, 2);
  assert.match(many.out, /^rejected {2}- {8}0\.\d{3} {2}\S+hana_01\.jpg$/m);
  assert.match(many.out, /^unjudged {2}No face found in bad\/back\.jpg/m);
  assert.match(many.out, /^accepted {2}beatriz {2}0\.\d{3} {2}\S+beatriz_04/m);
  assert.match(
    many.out,
    /^7 photos: 5 accepted, 1 rejected, 1 could not be judged\.$/m,
  );
  const json = await runDenoTask(folder, "verify", [
    "signin_photos/hana",
    "--json",
  ]);
  assert.equal(json.code, 4);
  const { photos, rejected } = JSON.parse(json.out).result;
  assert.deepEqual([photos.length, rejected], [8, 8]);
  assert.equal(photos[0].verdict, "rejected");
});

Deno.test("register again adds nothing and leaves the store byte for byte", async () => {
  const before = await Deno.readFile(store);
  const { code, out } = await runDenoTask(folder, "register");
  assert.equal(code, 0);
  assert.match(out, /17 unchanged/);
  assert.deepEqual(await Deno.readFile(store), before);
});

const photos = `${folder}/bad`;
await Deno.mkdir(photos);
await Deno.mkdir(`${photos}/empty`);
const jpeg = await Deno.readFile("signin_photos/andrew_06.jpg");
const files: Record<string, Uint8Array | Promise<Uint8Array>> = {
  "text.jpg": new TextEncoder().encode("hello"),
  "truncated.jpg": jpeg.slice(0, jpeg.length / 2),
  "pixel.png": sharp({
    create: { width: 1, height: 1, channels: 3, background: "red" },
  }).png()
    .toBuffer(),
  "huge.jpg": sharp({
    create: { width: 10_000, height: 10_000, channels: 3, background: "red" },
  })
    .jpeg().toBuffer(),
  "back.jpg": Deno.readFile("tests/photos/back.jpg"),
  "two.jpg": Deno.readFile("tests/photos/two_people.jpg"),
};
for (const [name, bytes] of Object.entries(files)) {
  await Deno.writeFile(`${photos}/${name}`, await bytes);
}

interface Case {
  readonly task?: string;
  readonly args?: readonly string[];
  readonly env?: Record<string, string>;
  readonly code: number;
  readonly message: RegExp;
}
const cases: Record<string, Case> = {
  "a text file named .jpg": {
    args: ["bad/text.jpg"],
    code: 2,
    message: /bad\/text\.jpg is not a picture/,
  },
  "a truncated JPEG": {
    args: ["bad/truncated.jpg"],
    code: 2,
    message: /damaged or unfinished jpg/,
  },
  "a 1-pixel image": {
    args: ["bad/pixel.png"],
    code: 2,
    message: /No face found in bad\/pixel\.png: it is only 1 x 1 px/,
  },
  "a 100-megapixel image": {
    args: ["bad/huge.jpg"],
    code: 2,
    message: /100 megapixels and the limit of jpg is 64/,
  },
  "no face": {
    args: ["bad/back.jpg"],
    code: 2,
    message: /No face found in bad\/back\.jpg/,
  },
  "two faces": {
    args: ["bad/two.jpg"],
    code: 2,
    message: /2 faces found in bad\/two\.jpg: the photo must show one person/,
  },
  "a photo that is not there": {
    args: ["bad/none.jpg"],
    code: 2,
    message: /bad\/none\.jpg does not exist/,
  },
  "a folder without photos": {
    args: ["bad/empty"],
    code: 2,
    message: /bad\/empty holds no photo/,
  },
  "an unregistered user": {
    args: ["--user", "carl"],
    code: 2,
    message: /carl is not registered\. Registered are andrew, beatriz/,
  },
  "an unknown option": {
    args: ["--colour"],
    code: 64,
    message: /option '--colour'; `deno task verify --help`/,
  },
  "photos of two people for one sign-in": {
    args: [
      "signin_photos/andrew_06.jpg",
      "signin_photos/hana/hana_01.jpg",
      "--together",
    ],
    code: 2,
    message:
      /hana_01\.jpg shows somebody else than the other photos \(nearest \d\.\d\d\); sign in with photos of one person/,
  },
  "a threshold that is no number": {
    args: ["--threshold", "near"],
    code: 64,
    message: /--threshold near/,
  },
  "a malformed setting": {
    env: { detector: "yolo" },
    code: 78,
    message: /detector=yolo.*mtcnn or ssd/,
  },
  "a store of another model": {
    env: { mirror: "off" },
    code: 76,
    message: /faceapi-128-rotate51/,
  },
  "a setting that is gone": {
    env: { embeddings_path: "./elsewhere.json" },
    code: 78,
    message: /embeddings_path is no setting any more.*store=/,
  },
  "a key for a JSON store": {
    env: { store_key: "0b".repeat(32) },
    code: 78,
    message: /JSON store.*is never sealed; set store=\.\/faces\.db/,
  },
  "the audit log of a JSON store": {
    task: "audit",
    args: ["verify"],
    code: 78,
    message: /JSON store.*has no audit log; set store=\.\/faces\.db/,
  },
  "a store outside the permissions": {
    env: { store: "./elsewhere.json" },
    code: 73,
    message: /elsewhere\.json.*cannot be written.*permissions\.faces\.write/,
  },
  "registering from an empty folder": {
    task: "register",
    args: ["bad/empty"],
    code: 2,
    message: /bad\/empty holds no photo/,
  },
  "registering only unusable photos": {
    task: "register",
    args: ["bad/back.jpg", "bad/text.jpg"],
    code: 2,
    message: /2 refused/,
  },
  "registering under an impossible name": {
    task: "register",
    args: ["--user", "../x"],
    code: 64,
    message: /x" is not a usable name/,
  },
};
for (
  const [name, { task = "verify", args, env, code, message }] of Object.entries(
    cases,
  )
) {
  Deno.test(`${task} answers ${name} with one sentence and exit code ${code}, and loses nothing`, async () => {
    const before = await Deno.readFile(store);
    const run = await runDenoTask(folder, task, args, env);
    assert.match(run.err + run.out, message);
    assert.equal(run.code, code);
    assert.doesNotMatch(run.err, /\n\s+at /, "no stack trace");
    assert.deepEqual(await Deno.readFile(store), before);
  });
}

Deno.test("verify reports a corrupted embeddings.json with the place and leaves it alone", async () => {
  const good = await Deno.readTextFile(store);
  const broken = good.slice(0, 500) + "x" + good.slice(500);
  await Deno.writeTextFile(store, broken);
  for (const task of ["verify", "register"]) {
    const { code, err } = await runDenoTask(folder, task);
    assert.equal(code, 65);
    assert.match(err, /embeddings\.json is damaged.*line \d+, column \d+/);
  }
  assert.equal(await Deno.readTextFile(store), broken);
  await Deno.writeTextFile(store, good);
});

Deno.test("an error under --json is an object on standard output", async () => {
  const { code, out } = await runDenoTask(folder, "verify", [
    "bad/back.jpg",
    "--json",
  ]);
  assert.equal(code, 2);
  const { ok, error } = JSON.parse(out);
  assert.deepEqual([ok, error.kind], [false, "no-face"]);
  assert.match(error.message, /No face found/);
});

Deno.test("verify mentions photos that are not registered, and registers nobody after a purge", async () => {
  await Deno.copyFile(
    "signin_photos/beatriz/beatriz_04.jpg",
    `${folder}/registration_photos/beatriz/beatriz_04.jpg`,
  );
  const mentioned = await runDenoTask(folder, "verify");
  assert.equal(mentioned.code, 0);
  assert.match(
    mentioned.out,
    /1 photo in \.\/registration_photos is not registered; `deno task register`/,
  );
  await runDenoTask(folder, "users", ["purge", "--force"]);
  const { code, err } = await runDenoTask(folder, "verify");
  assert.equal(code, 2);
  assert.match(err, /Nobody is registered; register photos with/);
});

addEventListener("unload", () => Deno.removeSync(folder, { recursive: true }));

import assert from "node:assert/strict";
import { freshFolder, runDenoTask } from "./task.ts";

const KEY = "0b".repeat(32);

interface Expected {
  readonly code?: number;
  readonly env?: Record<string, string>;
}

/** Registering takes longest: it is done once, and each test works on a copy. */
const registered = await freshFolder();
const made = await runDenoTask(registered, "register");
addEventListener(
  "unload",
  () => Deno.removeSync(registered, { recursive: true }),
);

/** A copy of the folder with everybody registered, and a way to run tasks in it and see how they end. */
async function registeredFolder() {
  assert.match(made.out, /17 photos of 5 users: 17 added/);
  const folder = `${await Deno.makeTempDir()}/copy`;
  await new Deno.Command("cp", { args: ["-al", registered, folder] }).output();
  const task = async (
    line: string,
    { code = 0, env = {} }: Expected = {},
  ): Promise<string> => {
    const [name, ...args] = line.split(" ");
    const run = await runDenoTask(folder, name!, args, env);
    assert.equal(run.code, code, `${line}: ${run.out}${run.err}`);
    assert.doesNotMatch(run.err, /\n\s+at /, "no stack trace");
    return run.out + run.err;
  };
  return {
    folder,
    task,
    [Symbol.asyncDispose]: () => Deno.remove(folder, { recursive: true }),
  };
}

Deno.test("users lists, shows, adds, renames, exports and removes, and says what was removed", async () => {
  await using place = await registeredFolder();
  const { folder, task } = place;
  assert.match(
    await task("users list"),
    /andrew {2}5 photos\nbeatriz {2}3 photos/,
  );
  const photo = "signin_photos/hana/hana_01.jpg";
  await task(`users add hana ${photo}`);
  assert.match(
    await task(`verify signin_photos/hana/hana_02.jpg`),
    /Accepted: this is hana/,
  );
  await task(`users add hana ${photo}`, { code: 64 });
  await task(`users update hana signin_photos/hana/hana_03.jpg`);
  assert.match(
    await task("users show hana"),
    /hana_01\.jpg .*\nhana_03\.jpg .*\n2 aligned faces/,
  );
  assert.match(
    await task("users rename hana Zoë"),
    /hana is now Zoë; 2 photos/,
  );
  assert.equal([...Deno.readDirSync(`${folder}/aligned_faces/Zoë`)].length, 2);
  const kept = JSON.parse(await task("users export Zoë"));
  assert.deepEqual(
    [
      kept.user,
      kept.templates.length,
      kept.templates[0].embedding.length,
      kept.chips.length,
    ],
    ["Zoë", 2, 128, 2],
  );
  Deno.mkdirSync(`${folder}/evaluation`);
  const cache = `${folder}/evaluation/embeddings.jsonl`;
  const { photoSha256 } = kept.templates[0];
  const others = `{"photo":"${"0".repeat(64)}","model":"m"}\n`;
  Deno.writeTextFileSync(
    cache,
    `{"photo":"${photoSha256}","model":"m"}\n${others}{"photo":"${photoSha256}","model":"n"}\n`,
  );
  Deno.writeTextFileSync(`${folder}/evaluation/report.html`, "");
  assert.match(
    await task("users remove Zoë"),
    /Zoë removed: 2 templates with their aligned faces and 2 entries of the evaluation's cache.*\n.*report\.html may show/,
  );
  assert.equal(Deno.readTextFileSync(cache), others);
  assert.throws(
    () => Deno.statSync(`${folder}/aligned_faces/Zoë`),
    Deno.errors.NotFound,
  );
  assert.match(
    await task("verify signin_photos/hana/hana_02.jpg", { code: 4 }),
    /nobody who is registered/,
  );
  await task("users remove Zoë", { code: 2 });
  await task("users remove ../registration_photos", { code: 2 });
  await task("users rename andrew ../x", { code: 64 });
  await task("users purge", { code: 64 });
  assert.match(await task("users purge --force"), /5 users removed/);
  assert.match(await task("users list"), /Nobody is registered/);
});

Deno.test("verify answers nobody when the second user is nearer than the margin behind, and counts strangers against nobody", async () => {
  await using place = await registeredFolder();
  const { task } = place;
  const verify = "verify signin_photos/andrew_06.jpg";
  assert.match(await task(verify), /Accepted: this is andrew/);
  const rejected = await task(verify, { code: 4, env: { margin: "0.9" } });
  assert.match(
    rejected,
    /nobody[^]*, under the threshold[^]*too close to call \w+ is only 0\.\d+ further away/,
  );
  for (let i = 0; i < 6; i++) {
    await task("verify signin_photos/hana/hana_01.jpg", { code: 4 });
  }
});

Deno.test("registering a face that is another user's needs --force", async () => {
  await using place = await registeredFolder();
  const { task } = place;
  const photo = "signin_photos/beatriz/beatriz_06.jpg";
  assert.match(
    await task(`users add impostor ${photo}`, { code: 2 }),
    /beatriz_06\.jpg shows beatriz's face, which is registered already .*--force/,
  );
  assert.match(
    await task(`register --user impostor ${photo}`, { code: 2 }),
    /shows beatriz's face, which is registered already/,
  );
  assert.doesNotMatch(await task("users list"), /impostor/);
  assert.match(
    await task(`users add impostor ${photo} --force`),
    /shows beatriz's face, which is registered already[^]*1 added/,
  );
  assert.match(await task("users list"), /impostor {2}1 photo\n/);
});

Deno.test("a store is sealed, rotated, copied and unsealed, and signs in all the way", async () => {
  await using place = await registeredFolder();
  const { folder, task } = place;
  const plain = { store: "faces.db", store_key_file: "none" };
  const sealed = { store: "faces.db", store_key: KEY };
  assert.match(
    await task("store copy embeddings.json faces.db", { env: plain }),
    /17 templates of 5 users copied/,
  );
  await task("verify", { code: 78, env: sealed });
  const unset = { store: "faces.db" };
  assert.match(
    await task("verify", { env: unset }),
    /not sealed.*deno task store seal/,
  );
  assert.match(
    await task("store seal", { env: sealed }),
    /17 templates sealed/,
  );
  assert.match(
    await task("store seal", { env: sealed }),
    /faces\.db is sealed with key \w{16} already/,
  );
  await task("verify", { code: 78, env: plain });
  await task("verify", { env: sealed });
  await task("store copy embeddings.json faces.db", { env: sealed });
  const file = `${folder}/new_key`;
  Deno.writeTextFileSync(file, "0c".repeat(32), { mode: 0o644 });
  assert.match(
    await task("store rotate new_key", { code: 78, env: sealed }),
    /chmod 600/,
  );
  Deno.chmodSync(file, 0o600);
  await task("store rotate new_key", { env: sealed });
  await task("verify", { code: 78, env: sealed });
  const rotated = { store: "faces.db", store_key_file: "new_key" };
  await task("verify", { env: rotated });
  assert.match(
    await task("audit verify", { env: rotated }),
    /faces\.db: \d+ entries, the chain is whole and ends with \w{64}/,
  );
  await task("store unseal", { env: rotated });
  await task("verify", { env: plain });
  await task("store copy faces.db elsewhere.db", { code: 73 });
  await task("verify", { code: 78, env: { store: "faces.txt" } });
});

Deno.test("a new database gets a key file of its own, which is told, rotated and missed", async () => {
  await using place = await registeredFolder();
  const { folder, task } = place;
  const env = { store: "faces.db" };
  assert.match(
    await task("store copy embeddings.json faces.db"),
    /faces\.db is sealed with a new key, \S*faces\.db\.key\. Keep a copy/,
  );
  assert.doesNotMatch(await task("verify", { env }), /key/);
  const noted = /ends with (\w{64})/.exec(await task("audit verify", { env }));
  const file = `${folder}/faces.db.key`;
  const old = Deno.readTextFileSync(file);
  assert.match(
    await task("store rotate", { env }),
    /17 templates sealed with key \w{16}, which lies in \S*faces\.db\.key/,
  );
  assert.notEqual(Deno.readTextFileSync(file), old);
  await task("verify", { env });
  assert.match(
    await task(`audit verify --expect ${noted![1]}`, { env }),
    /Line \d+ has the hash that was expected/,
  );
  assert.match(
    await task(`audit verify --expect ${"0a".repeat(32)}`, { code: 65, env }),
    /No line of it has the hash/,
  );
  assert.match(await task("audit show sign-in", { env }), /user=andrew/);
  await task("users remove andrew", { env });
  const log = await task("audit show", { env });
  assert.doesNotMatch(log, /andrew/);
  assert.match(log, /remove {2}user=a removed user \(#\d+\)/);
  await task("audit verify", { env });
  await Deno.remove(file);
  assert.match(
    await task("users list", { code: 66, env }),
    /sealed with key .*faces\.db\.key is not there; put it back/,
  );
  assert.throws(() => Deno.statSync(file), Deno.errors.NotFound);
});

Deno.test("users reembed makes the templates of a new model from the photos or the aligned faces kept", async () => {
  await using place = await registeredFolder();
  const { folder, task } = place;
  const env = { mirror: "off" };
  await task("verify", { code: 76, env });
  assert.match(
    await task("users reembed --chips", { env }),
    /17 photos embedded again for faceapi-128-rotate51x1\.1\./,
  );
  assert.match(await task("verify", { env }), /Accepted: this is andrew/);
  assert.match(await task("register", { env }), /17 unchanged/);
  const before = Deno.readTextFileSync(`${folder}/embeddings.json`);
  await Deno.rename(
    `${folder}/registration_photos/andrew_01.jpg`,
    `${folder}/moved.jpg`,
  );
  assert.match(
    await task("users reembed", { code: 2 }),
    /andrew_01\.jpg \(andrew\).*\.\/registration_photos/,
  );
  assert.equal(Deno.readTextFileSync(`${folder}/embeddings.json`), before);
  await Deno.rename(
    `${folder}/moved.jpg`,
    `${folder}/registration_photos/andrew_01.jpg`,
  );
  assert.match(
    await task("users reembed"),
    /17 photos embedded again for faceapi-128-rotate51x1\.1-mirror\./,
  );
  assert.match(await task("verify"), /Accepted: this is andrew/);
});

Deno.test("after five failed sign-ins for a user the next one is refused, also the right face's, and the log has them all", async () => {
  await using place = await registeredFolder();
  const env = { store: "faces.db" };
  const task = (line: string, code = 0) => place.task(line, { code, env });
  await place.task("store copy embeddings.json faces.db");
  const wrong = "verify signin_photos/hana/hana_01.jpg --user beatriz";
  for (let i = 0; i < 5; i++) await task(wrong, 4);
  const right = "verify signin_photos/beatriz/beatriz_06.jpg --user beatriz";
  assert.match(
    await task(right, 75),
    /5 sign-ins as beatriz failed.*try again in \d+ seconds/,
  );
  await task("verify signin_photos/andrew_06.jpg --user andrew");
  const log = await task("audit show sign-in");
  assert.deepEqual(
    ["rejected", "refused", "accepted"].map((decision) =>
      log.split(`decision=${decision}`).length - 1
    ),
    [5, 1, 1],
  );
  assert.match(await task("audit verify"), /the chain is whole/);
});

import assert from "node:assert/strict";
import sharp from "sharp";
import { freshFolder, runDenoTask } from "./task.ts";

const photoCount = 200;
const kinds = ["SIGINT", "SIGINT", "SIGKILL", "SIGINT", "SIGKILL"] as const;

/** The faster networks: what is tested here is what is kept. */
const env = { detector: "mtcnn", mirror: "off" };

/** 200 photos of four users: the sample photos, small, under many names, each with a byte of its own behind its end. */
async function writePhotos(folder: string): Promise<void> {
  const samples: { user: string; bytes: Uint8Array }[] = [];
  for (const user of ["beatriz", "daisuke", "dalila", "edgar"]) {
    for (const { name } of Deno.readDirSync(`registration_photos/${user}`)) {
      const path = `registration_photos/${user}/${name}`;
      const bytes = await sharp(path).resize({ width: 320 }).jpeg().toBuffer();
      samples.push({ user, bytes });
    }
  }
  for (let i = 0; i < photoCount; i++) {
    const { user, bytes } = samples[i % samples.length]!;
    await Deno.mkdir(`${folder}/many/${user}`, { recursive: true });
    await Deno.writeFile(
      `${folder}/many/${user}/${String(i).padStart(3, "0")}.jpg`,
      new Uint8Array([...bytes, i]),
    );
  }
}

/** What the store and the chips hold, but for the time. */
function kept(folder: string) {
  const { templates } = JSON.parse(
    Deno.readTextFileSync(`${folder}/embeddings.json`),
  );
  const chips = ["beatriz", "daisuke", "dalila", "edgar"].flatMap((user) =>
    [...Deno.readDirSync(`${folder}/aligned_faces/${user}`)]
      .map(({ name }) => `${user}/${name}`).sort()
  );
  return {
    templates: templates.map((
      { createdAt: _, ...rest }: { createdAt: string },
    ) => rest),
    chips,
  };
}

Deno.test("register on 200 photos, interrupted five times, ends with the same store as one run", async () => {
  const [whole, broken] = [await freshFolder(), await freshFolder()];
  try {
    for (const folder of [whole, broken]) await writePhotos(folder);
    const once = await runDenoTask(whole, "register", ["many"], env);
    assert.match(once.out, /200 photos of 4 users: 200 added/, once.err);
    let hits = 0;
    for (const kind of kinds) {
      const { code, out } = await interrupt(broken, kind);
      if (code === 0) continue; // It was done before.
      hits++;
      if (kind === "SIGKILL") continue;
      assert.equal(code, 130, out);
      assert.match(
        out,
        /Stopped after \d+ of 200 photos; what was added is kept/,
      );
    }
    assert.ok(hits > 0, "every run was done before it was interrupted");
    const last = await runDenoTask(broken, "register", ["many"], env);
    assert.equal(last.code, 0, last.err);
    assert.match(last.out, /200 photos of 4 users: .*unchanged/);
    assert.deepEqual(kept(broken), kept(whole));
  } finally {
    for (const folder of [whole, broken]) {
      await Deno.remove(folder, { recursive: true });
    }
  }
});

/** Starts the task's own command and ends it when the store has grown by a random number of batches, or at once. */
async function interrupt(folder: string, signal: Deno.Signal) {
  const { tasks } = JSON.parse(Deno.readTextFileSync("deno.json"));
  const words = (tasks.register.command as string).split(" ");
  const process = new Deno.Command(Deno.execPath(), {
    args: [...words.slice(words.indexOf("deno") + 1), "many"],
    cwd: folder,
    env,
    stdin: "null",
    stdout: "piped",
    stderr: "null",
  }).spawn();
  const before = sizeOf(folder);
  const growths = 1 + Math.floor(Math.random() * 2);
  const ended = process.output();
  let running = true;
  ended.then(() => running = false);
  for (let seen = before, grown = 0; running && grown < growths;) {
    await new Promise((resolve) => setTimeout(resolve, 20));
    const size = sizeOf(folder);
    if (size !== seen) grown++;
    seen = size;
  }
  await new Promise((resolve) => setTimeout(resolve, Math.random() * 500));
  try {
    process.kill(signal);
  } catch {
    // It was done already.
  }
  const { code, stdout } = await ended;
  return { code, out: new TextDecoder().decode(stdout) };
}

function sizeOf(folder: string): number {
  try {
    return Deno.statSync(`${folder}/embeddings.json`).size;
  } catch {
    return 0;
  }
}

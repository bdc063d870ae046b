import assert from "node:assert/strict";
import { freshFolder, runDenoTask } from "./task.ts";

/** A wrong use of a task, and what it is told. */
interface WrongUse {
  readonly env?: Record<string, string>;
  /** Text of `.env`. */
  readonly file?: string;
  readonly code: number;
  readonly kind: string;
  readonly message: RegExp;
}

const usage = (message: RegExp): WrongUse => ({
  code: 64,
  kind: "usage",
  message,
});
const setting = (
  message: RegExp,
  given: Pick<WrongUse, "env" | "file"> = {},
): WrongUse => ({ code: 78, kind: "setting", message, ...given });
const unanswered = (kind: string, message: RegExp): WrongUse => ({
  code: 2,
  kind,
  message,
});
const photo = "registration_photos/beatriz/beatriz_01.jpg";

const wrongUses: Record<string, WrongUse> = {
  "verify --usr andrew": usage(/'--usr', --user perhaps; `deno task verify/),
  "verify --threshold near": usage(/--threshold near is not a distance/),
  "verify --threshold 3": usage(/--threshold 3 is not a distance/),
  "verify none.jpg": unanswered("photo", /none\.jpg does not exist/),
  "verify /dev/zero": unanswered("photo", /neither a file nor a folder/),
  "verify bad/pipe.jpg": unanswered("photo", /neither a file nor a folder/),
  "register bad/pipe.jpg": unanswered("photo", /neither a file nor a folder/),
  "verify bad/empty": unanswered("photo", /bad\/empty holds no photo/),
  "verify bad/text.jpg": unanswered("photo", /is not a picture/),
  "verify bad/cut.jpg": unanswered("photo", /damaged or unfinished jpg/),
  "verify bad/back.jpg": unanswered("no-face", /No face found in bad\/back/),
  "verify bad/two.jpg": unanswered("several-faces", /2 faces found in bad/),
  "verify --user andrw": unanswered(
    "nothing-registered",
    /andrw is not registered; did you mean andrew\?/,
  ),
  "verify 1": setting(/detector=yolo is not valid; it takes mtcnn or ssd/, {
    env: { detector: "yolo" },
  }),
  "verify 2": {
    code: 76,
    kind: "store-model",
    message: /holds embeddings of faceapi-128-\S+-mirror/,
    env: { mirror: "off" },
  },
  "verify 3": setting(/store=faces\.txt is not a store/, {
    env: { store: "faces.txt" },
  }),
  "verify 4": {
    code: 73,
    kind: "write",
    message: /elsewhere\.json cannot be written.*permissions\.faces\.write/,
    env: { store: "./elsewhere.json" },
  },
  "verify 5": setting(/embeddings_path is no setting any more.*store/, {
    env: { embeddings_path: "./embeddings.json" },
  }),
  "verify 6": setting(/never sealed.*store=\.\/faces\.db/, {
    env: { store_key: "0b".repeat(32) },
  }),
  "verify 7": setting(/port=front is not valid/, { env: { port: "front" } }),
  "verify 8": setting(/line 2, "threshold 0\.4", has no =/, {
    file: "user=andrew\nthreshold 0.4\n",
  }),
  "verify 9": setting(/unknown setting treshold=0\.4; did you mean threshold/, {
    file: "treshold=0.4",
  }),
  "verify 10": setting(/user=\.\.\/etc is not valid/, {
    file: "user=../etc",
  }),
  "register nowhere": unanswered("photo", /nowhere does not exist/),
  "register bad/empty": unanswered("photo", /bad\/empty holds no photo/),
  "register --user ../x": usage(/\.\.\/x/),
  "register --froce": usage(/--force perhaps/),
  "users": usage(/Name a command: list, show, add/),
  "users lst": usage(/'lst', list perhaps/),
  "users show": usage(/missing required argument 'name'/i),
  "users show andrw": unanswered("nothing-registered", /did you mean andrew/),
  "users add ada": usage(/missing required argument 'photos'/i),
  [`users add andrew ${photo}`]: usage(/andrew/),
  [`users update carl ${photo}`]: unanswered(
    "nothing-registered",
    /carl is not registered\. Registered are andrew/,
  ),
  "users add ada signin_photos": usage(/could be another person's/),
  "users rename andrew ../x": usage(/\.\.\/x/),
  "users rename carl dora": unanswered("nothing-registered", /carl/),
  "users remove carl": unanswered("nothing-registered", /carl/),
  "users purge": usage(/add --force/),
  "store": usage(/Name a command: prepare, copy/),
  "store copy embeddings.json": usage(/missing required argument 'to'/i),
  "store seal": setting(/store=\.\/faces\.db|key/),
  "store copy embeddings.json elsewhere.db": {
    code: 73,
    kind: "write",
    message: /elsewhere\.db/,
  },
  "audit verify": setting(/has no audit log; set store=\.\/faces\.db/),
  "audit vrify": usage(/verify perhaps/),
  "models facenett": usage(/facenet perhaps/),
  "calibrate registration_photos": usage(/--fmr 1%/),
  "calibrate registration_photos --fmr 2": usage(/--fmr 2 is not a rate/),
  "evaluate": usage(/Name a folder of photos/),
  "evaluate nowhere": unanswered("photo", /nowhere/),
  "evaluate-liveness --nothing": usage(/'--nothing'/),
  "serve --nothing": usage(/'--nothing'.*`deno task serve --help`/),
  "serve": setting(/host=0\.0\.0\.0 can be reached by others/, {
    env: { host: "0.0.0.0" },
  }),
  "notebook a b c": usage(/Expected 2 arguments but got 3/),
};

const folder = await freshFolder();
addEventListener("unload", () => Deno.removeSync(folder, { recursive: true }));
await Deno.mkdir(`${folder}/bad/empty`, { recursive: true });
const jpeg = await Deno.readFile("signin_photos/andrew_06.jpg");
for (
  const [name, bytes] of Object.entries({
    "text.jpg": new TextEncoder().encode("hello"),
    "cut.jpg": jpeg.slice(0, jpeg.length / 2),
    "back.jpg": await Deno.readFile("tests/photos/back.jpg"),
    "two.jpg": await Deno.readFile("tests/photos/two_people.jpg"),
  })
) await Deno.writeFile(`${folder}/bad/${name}`, bytes);
await new Deno.Command("mkfifo", { args: [`${folder}/bad/pipe.jpg`] }).output();
const added = await runDenoTask(folder, "users", [
  "add",
  "andrew",
  "registration_photos/andrew_01.jpg",
]);
const store = await Deno.readTextFile(`${folder}/embeddings.json`);

Deno.test("the table of wrong uses has forty and more", () => {
  assert.equal(added.code, 0, added.err);
  assert.ok(Object.keys(wrongUses).length >= 40);
});

for (
  const [line, { env, file, code, kind, message }] of Object.entries(wrongUses)
) {
  const what = env ? JSON.stringify(env) : file ? JSON.stringify(file) : line;
  Deno.test(`${what} is told one sentence and a remedy, ends with ${code} and changes nothing`, async () => {
    // A number only tells lines of one task apart.
    const [task, ...args] = line.replace(
      / \d+$/,
      (end) => env || file ? "" : end,
    )
      .split(" ");
    if (file !== undefined) await Deno.writeTextFile(`${folder}/.env`, file);
    try {
      const run = await runDenoTask(folder, task!, [...args, "--json"], env);
      const { ok, error } = JSON.parse(run.out);
      assert.deepEqual([ok, error.kind, run.code], [false, kind, code]);
      assert.match(error.message, message);
      assert.doesNotMatch(error.message, /\n|usage:|undefined|\bat file:/);
      assert.match(error.remedy, /^[A-Z].*\.$/);
      assert.equal(await Deno.readTextFile(`${folder}/embeddings.json`), store);
    } finally {
      if (file !== undefined) await Deno.remove(`${folder}/.env`);
    }
  });
}

Deno.test("without --json the sentence goes to standard error alone", async () => {
  const { code, out, err } = await runDenoTask(folder, "users", ["lst"]);
  assert.deepEqual([code, out], [64, ""]);
  assert.match(err, /^Unknown command 'lst', list perhaps; .*\n$/);
});

Deno.test("a task that does not exist ends with 1, which no verdict does", async () => {
  const { code } = await runDenoTask(folder, "verfy");
  assert.equal(code, 1);
});

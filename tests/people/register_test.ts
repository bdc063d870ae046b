import assert from "node:assert/strict";
import { StoreModelError } from "../../lib/errors.ts";
import { reasonText } from "../../lib/people/reasons.ts";
import { register, type Registration } from "../../lib/people/register.ts";
import type {
  FaceToRegister,
  RegistrationPolicy,
} from "../../lib/people/registration_rules.ts";
import { openStore } from "../../lib/store/open_store.ts";
import { SAMPLE_MODEL } from "../store/sample_templates.ts";
import { withTempFolder } from "../store/temp_folder.ts";

const policy: RegistrationPolicy = { threshold: 0.5 };
const chip = { data: new Uint8Array(4 * 4 * 3), width: 4, height: 4 };

/** A face that lies at `x` on a line. */
function face(
  user: string,
  photo: string,
  x: number,
  changes: Partial<FaceToRegister> = {},
): FaceToRegister {
  return {
    user,
    photo,
    photoSha256: String(Math.round(x * 1000)).padStart(64, "0"),
    chip,
    vector: Float32Array.of(x, 0, 0, 0, 0, 0, 0, 0),
    issues: [],
    faceCount: 1,
    ...changes,
  };
}

/** Names of all files below a folder but the lock's. */
function filesIn(folder: string): string[] {
  return [...Deno.readDirSync(folder)].flatMap(({ name, isDirectory }) =>
    isDirectory
      ? filesIn(`${folder}/${name}`).map((each) => `${name}/${each}`)
      : name.endsWith(".lock")
      ? []
      : [name]
  ).sort();
}

const open = (folder: string) =>
  openStore({
    store: `${folder}/faces.json`,
    savePath: `${folder}/chips`,
    storeKey: "",
    storeKeyFile: "",
  }, SAMPLE_MODEL);

function test(
  name: string,
  run: (
    store: Awaited<ReturnType<typeof open>>,
    folder: string,
  ) => Promise<void>,
) {
  Deno.test(`register() ${name}`, () =>
    withTempFolder(async (folder) => {
      const store = await open(folder);
      await run(store, folder);
      await store.close();
    }));
}

/** Each registration as its outcome and the kinds of its reasons and warnings. */
const short = (registrations: readonly Registration[]) =>
  registrations.map(({ outcome, reasons, warnings }) =>
    [outcome, ...[...reasons, ...warnings].map(({ kind }) => kind)].join(" ")
  );

test(
  "keeps templates with their chips, again changes nothing, and replaces a changed photo",
  async (store, folder) => {
    const faces = [face("andrew", "a.jpg", 0), face("hana", "h.jpg", 1)];
    assert.deepEqual(short(await register(store, faces, policy)), [
      "added",
      "added",
    ]);
    assert.deepEqual(filesIn(folder), [
      "chips/andrew/a.jpg.png",
      "chips/hana/h.jpg.png",
      "faces.json",
    ]);
    assert.deepEqual(short(await register(store, faces, policy)), [
      "unchanged",
      "unchanged",
    ]);
    const changed = [face("andrew", "a.jpg", 0.1)];
    assert.deepEqual(short(await register(store, changed, policy)), [
      "replaced",
    ]);
    assert.equal((await store.templates()).length, 2);
  },
);

test(
  "refuses a face that is another user's, in the store or among those before it, and no chip of it reaches the disk",
  async (store, folder) => {
    await register(store, [face("andrew", "a.jpg", 0)], policy);
    const results = await register(store, [
      face("mallory", "m.jpg", 0.2),
      face("hana", "h.jpg", 2),
      face("mallory", "n.jpg", 2.4),
      // Refused by hana's, so mallory's face there refuses nobody.
      face("zoe", "z.jpg", 2.7),
    ], policy);
    assert.deepEqual(short(results), [
      "refused duplicate-face",
      "added",
      "refused duplicate-face",
      "added",
    ]);
    assert.deepEqual(results[0]!.reasons, [{
      kind: "duplicate-face",
      match: { user: "andrew", photo: "a.jpg" },
      distance: Math.fround(0.2),
      forced: false,
    }]);
    assert.deepEqual(filesIn(folder), [
      "chips/andrew/a.jpg.png",
      "chips/hana/h.jpg.png",
      "chips/zoe/z.jpg.png",
      "faces.json",
    ]);
  },
);

test("with force keeps another user's face and warns", async (store) => {
  await register(store, [face("andrew", "a.jpg", 0)], policy);
  const forced = { ...policy, force: true };
  const results = await register(store, [face("twin", "t.jpg", 0.2)], forced);
  assert.deepEqual(short(results), ["added duplicate-face"]);
  assert.deepEqual(await store.users(), ["andrew", "twin"]);
});

test("refuses a photo of several people, and with largest keeps it and warns", async (store) => {
  const pair = [face("andrew", "pair.jpg", 0, { faceCount: 2 })];
  assert.deepEqual(short(await register(store, pair, policy)), [
    "refused several-faces",
  ]);
  const largest = { ...policy, largest: true };
  assert.deepEqual(short(await register(store, pair, largest)), [
    "added largest-taken",
  ]);
});

test("refuses a name that no user can have and a second photo of one name", async (store) => {
  const results = await register(store, [
    face("../andrew", "a.jpg", 0),
    face("hana", "h.jpg", 1),
    face("hana", "h.jpg", 1.1),
  ], policy);
  assert.deepEqual(short(results), [
    "refused user-name",
    "added",
    "refused photo-name-taken",
  ]);
});

test("refuses a face whose landmarks do not fit a face, unless forced", async (store) => {
  const issues = [{ kind: "landmark-fit", residual: 0.2 } as const];
  const askew = [face("andrew", "a.jpg", 0, { issues })];
  assert.deepEqual(short(await register(store, askew, policy)), [
    "refused landmark-fit",
  ]);
  const forced = { ...policy, force: true };
  assert.deepEqual(short(await register(store, askew, forced)), [
    "added landmark-fit",
  ]);
});

test("keeps a face of poor quality and warns", async (store) => {
  const issues = [{ kind: "head-size", facePx: 40 } as const];
  const small = [face("andrew", "a.jpg", 0, { issues })];
  assert.deepEqual(short(await register(store, small, policy)), [
    "added head-size",
  ]);
});

test(
  "with allOrNone keeps nothing when one is refused",
  async (store, folder) => {
    await register(store, [face("andrew", "a.jpg", 0)], policy);
    const results = await register(store, [
      face("hana", "h.jpg", 0.1),
      face("hana", "i.jpg", 3),
    ], { ...policy, allOrNone: true });
    assert.deepEqual(short(results), [
      "refused duplicate-face",
      "refused another-refused",
    ]);
    assert.deepEqual(filesIn(folder), ["chips/andrew/a.jpg.png", "faces.json"]);
  },
);

test(
  "keeps nothing of vectors that do not fit the store's model",
  async (store, folder) => {
    const long = { vector: new Float32Array(9) };
    await assert.rejects(
      () =>
        register(store, [
          face("andrew", "a.jpg", 0),
          face("hana", "h.jpg", 2, long),
        ], policy),
      StoreModelError,
    );
    assert.deepEqual(filesIn(folder), []);
  },
);

test("refuses a face that is not like the user's others, by name and distance, in the store or within a batch", async (store) => {
  // The stranger's two photos are alike; andrew's three are more, and so they are the user's.
  const results = await register(store, [
    face("andrew", "stranger_1.jpg", 5),
    face("andrew", "a.jpg", 0),
    face("andrew", "b.jpg", 0.3),
    face("andrew", "stranger_2.jpg", 5.2),
    face("andrew", "c.jpg", 0.6),
  ], policy);
  assert.deepEqual(short(results), [
    "refused somebody-else",
    "added",
    "added",
    "refused somebody-else",
    "added",
  ]);
  assert.equal(
    reasonText(results[3]!.reasons[0]!, "stranger_2.jpg"),
    "stranger_2.jpg looks like somebody else than the other 3 photos of andrew (nearest 4.60); register it under another name, or use --force.",
  );
  // Many photos of a stranger do not outvote who is registered.
  const strangers = [5, 5.1, 5.2, 5.3].map((x) =>
    face("andrew", `${x}.jpg`, x)
  );
  assert.deepEqual(
    short(await register(store, strangers, policy)),
    Array(4).fill("refused somebody-else"),
  );
  // Nor does one that takes the place of the user's own photo.
  assert.deepEqual(
    short(await register(store, [face("andrew", "a.jpg", 5)], policy)),
    ["refused somebody-else"],
  );
  assert.deepEqual(
    short(await register(store, [face("andrew", "d.jpg", 0.9)], policy)),
    ["added"],
  );
});

test("with force keeps a face that is not like the user's others and warns, and afterwards it changes nothing", async (store) => {
  const faces = [face("andrew", "a.jpg", 0), face("andrew", "b.jpg", 2)];
  const forced = { ...policy, force: true };
  assert.deepEqual(short(await register(store, faces, forced)), [
    "added",
    "added somebody-else",
  ]);
  assert.deepEqual(short(await register(store, faces, policy)), [
    "unchanged",
    "unchanged",
  ]);
});

test("with largest keeps the largest of several faces only if it is the user's", async (store) => {
  await register(store, [face("andrew", "a.jpg", 0)], policy);
  const largest = { ...policy, largest: true };
  const results = await register(store, [
    face("andrew", "pair_1.jpg", 0.2, { faceCount: 2 }),
    face("andrew", "pair_2.jpg", 3, { faceCount: 2 }),
  ], largest);
  assert.deepEqual(short(results), [
    "added largest-taken",
    "refused somebody-else",
  ]);
});

test("takes names that look alike for one name, of the store and of the batch", async (store) => {
  await register(store, [face("andrew", "a.jpg", 0)], policy);
  const names = ["Andrew", "ANDREW", "аndrew", "hana", "Hana", "hаna"];
  const results = await register(
    store,
    names.map((name, i) => face(name, `${i}.jpg`, 2 * i + 2)),
    policy,
  );
  assert.deepEqual(short(results), [
    "refused name-taken",
    "refused name-taken",
    "refused name-taken",
    "added",
    "refused name-taken",
    "refused name-taken",
  ]);
  assert.equal(
    reasonText(results[0]!.reasons[0]!, ""),
    "Andrew is too easily taken for andrew, who is registered; choose another name.",
  );
  assert.deepEqual(await store.users(), ["andrew", "hana"]);
});

test("for a new user adds nothing to somebody who is registered", async (store) => {
  const newUsers = { ...policy, newUsers: true };
  const faces = [face("andrew", "a.jpg", 0), face("andrew", "b.jpg", 0.1)];
  assert.deepEqual(short(await register(store, faces, newUsers)), [
    "added",
    "added",
  ]);
  assert.deepEqual(
    short(await register(store, [face("andrew", "c.jpg", 0.1)], newUsers)),
    ["refused name-taken"],
  );
});

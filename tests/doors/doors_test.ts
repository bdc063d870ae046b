import assert from "node:assert/strict";
import { createRecognizer } from "../../lib/recognize/recognizer.ts";
import { cannotMount } from "../store/small_disk.ts";
import { sampleTemplate } from "../store/sample_templates.ts";
import { done, type Door, type Place, type Said, saidError } from "./door.ts";
import {
  type CaseResult,
  doors,
  makePlace,
  openPlain,
  runCase,
} from "./run_case.ts";

/** One case: what is done, and what every door must say and leave behind. */
interface Case extends CaseResult {
  readonly before?: (place: Place) => Promise<void>;
  readonly steps: (door: Door) => Promise<Said[]>;
}

const refused = (words: string): Said => ({ outcome: "refused", words });
const failed = (words: string): Said => ({ outcome: "error", words });
const andrew = { templates: ["andrew/andrew_1.jpg"] };
const chipsOf = (templates: readonly string[]) =>
  templates.map((template) => `${template}.png`);
const nothing = { templates: [], chips: [] };

/** A case that registers photos one after the other, each as `user photo`. */
function registering(
  photos: readonly string[],
  said: Said[],
  templates: string[],
): Case {
  return {
    async steps(door) {
      const all: Said[] = [];
      for (const [user, photo] of photos.map((each) => each.split(" "))) {
        all.push(await door.register(user!, `photos/${photo}`));
      }
      return all;
    },
    said,
    templates,
    chips: chipsOf(templates),
  };
}

const cases: Record<string, Case> = {
  "a new face": registering(["andrew andrew_1.jpg"], [done], andrew.templates),
  "the same photo again": registering(
    ["andrew andrew_1.jpg", "andrew andrew_1.jpg"],
    [done, done],
    andrew.templates,
  ),
  "another user's face": registering(
    ["andrew andrew_1.jpg", "mallory andrew_2.jpg"],
    [
      done,
      refused(
        "Andrew_2.jpg shows andrew's face, which is registered already (DISTANCE from andrew_1.jpg); register it as andrew, or use --force.",
      ),
    ],
    andrew.templates,
  ),
  "somebody else under a user's name": registering(
    ["andrew andrew_1.jpg", "andrew beatriz_1.jpg"],
    [
      done,
      refused(
        "Beatriz_1.jpg looks like somebody else than the other photo of andrew (DISTANCE); register it under another name, or use --force.",
      ),
    ],
    andrew.templates,
  ),
  "names that are taken for andrew's": registering(
    [
      "andrew andrew_1.jpg",
      "ANDREW beatriz_1.jpg",
      "\u0430ndrew beatriz_1.jpg",
    ],
    [
      done,
      refused(
        "ANDREW is too easily taken for andrew, who is registered; choose another name.",
      ),
      refused(
        "\u0410ndrew is too easily taken for andrew, who is registered; choose another name.",
      ),
    ],
    andrew.templates,
  ),
  "a name that ends with a dot": registering(["andrew. andrew_1.jpg"], [
    failed(
      '"andrew." is not a usable name; use 1 to 64 letters, digits, spaces, dots, hyphens and underscores, beginning with a letter or digit and not ending with a dot, and no name that Windows keeps for devices.',
    ),
  ], []),
  "a photo of two people": registering(["andrew two.jpg"], [
    refused(
      "2 faces found in two.jpg: the photo must show one person (or take the largest face: several_faces=largest to sign in, --largest to register).",
    ),
  ], []),
  "a photo of no face": registering(
    ["andrew back.jpg", "andrew dark.jpg"],
    [
      refused(
        "No face found in back.jpg; use a sharp photo that shows the whole face from the front.",
      ),
      refused(
        "No face found in dark.jpg: it is very dark; take it again with more light.",
      ),
    ],
    [],
  ),
  "a damaged photo and a text": registering(
    ["andrew cut.jpg", "andrew text.jpg"],
    [
      refused(
        "Cut.jpg is a damaged or unfinished jpg file; copy or export it again.",
      ),
      refused(
        "Text.jpg is not a picture this program reads; choose a JPEG, PNG, WebP, TIFF, GIF or AVIF photo.",
      ),
    ],
    [],
  ),
  "a name that nobody can have": registering(["../x andrew_1.jpg"], [
    failed(
      '"../x" is not a usable name; use 1 to 64 letters, digits, spaces, dots, hyphens and underscores, beginning with a letter or digit and not ending with a dot, and no name that Windows keeps for devices.',
    ),
  ], []),
  "a user who is renamed": {
    steps: async (door) => [
      await door.register("andrew", "photos/andrew_1.jpg"),
      await door.register("beatriz", "photos/beatriz_1.jpg"),
      await door.rename("andrew", "beatriz"),
      await door.rename("andrew", "B\u0435atriz"),
      await door.rename("nobody", "somebody"),
      await door.rename("andrew", " Ándrew O'Neil "),
    ],
    said: [
      done,
      done,
      failed(
        "Beatriz is registered already; choose another name, or remove beatriz first.",
      ),
      failed(
        "B\u0435atriz is too easily taken for beatriz, who is registered; choose another name.",
      ),
      failed(
        "Nobody is not registered. Registered are andrew, beatriz.",
      ),
      done,
    ],
    templates: ["beatriz/beatriz_1.jpg", "Ándrew O'Neil/andrew_1.jpg"],
    chips: ["beatriz/beatriz_1.jpg.png", "Ándrew O'Neil/andrew_1.jpg.png"],
  },
  "a user who is removed": {
    steps: async (door) => [
      await door.register("andrew", "photos/andrew_1.jpg"),
      await door.remove("andrew"),
      await door.remove("andrew"),
    ],
    said: [
      done,
      done,
      failed(
        "Nobody is registered; register photos with `deno task register` or `deno task users add NAME PHOTO`.",
      ),
    ],
    ...nothing,
  },
  "a second writer": {
    async steps(door) {
      // What another process writes meanwhile must not be lost, nor what the door writes.
      const other = await openPlain(place.folder);
      const model = place.recognizer;
      const [said] = await Promise.all([
        door.register("andrew", "photos/andrew_1.jpg"),
        other.put(
          Array.from({ length: 20 }, (_, i) =>
            sampleTemplate("zoe", i, {
              vector: new Float32Array(model.dimensions).fill(9 + i),
            })),
        ),
      ]);
      await other.close();
      return [said];
    },
    before: async ({ folder, recognizer }) => {
      await fillWith(folder, recognizer, "first");
    },
    said: [done],
    templates: [
      "andrew/andrew_1.jpg",
      "first/photo_1.jpg",
      ...Array.from({ length: 20 }, (_, i) => `zoe/photo_${i}.jpg`).sort(),
    ],
    chips: ["andrew/andrew_1.jpg.png"],
  },
};

const place = await makePlace();
addEventListener("unload", () => {
  Deno.removeSync(place.folder, { recursive: true });
});

for (const [name, { before, steps, ...expected }] of Object.entries(cases)) {
  for (const [door, open] of Object.entries(doors)) {
    Deno.test(`${name}, through the ${door}`, async () => {
      const result = await runCase(place, open, steps, before);
      assert.deepEqual(withoutDistances(result), expected);
    });
  }
}

for (const [door, open] of Object.entries(doors)) {
  Deno.test(`a store of another model, through the ${door}`, async () => {
    const boxed = await createRecognizer({ align: "box" });
    const register = async (open: () => Promise<Door>): Promise<Said[]> => {
      try {
        const opened = await open();
        const said = await opened.register("beatriz", "photos/beatriz_1.jpg");
        await opened.close();
        return [said];
      } catch (error) {
        return [saidError(error)];
      }
    };
    const nobody: Door = {
      register: () => Promise.resolve(done),
      rename: () => Promise.resolve(done),
      remove: () => Promise.resolve(done),
      close: () => Promise.resolve(),
    };
    const result = await runCase(
      place,
      () => Promise.resolve(nobody),
      () => register(() => open(place)),
      ({ folder }) => fillWith(folder, boxed, "andrew"),
    );
    boxed.dispose();
    assert.equal(result.said[0]!.outcome, "error");
    assert.match(
      result.said[0]!.words,
      /^Embeddings\.json holds embeddings of \S+ \(128 numbers\), but the settings ask for \S+ \(128 numbers\); .*\.$/,
    );
    assert.deepEqual(result.templates, ["andrew/photo_1.jpg"]);
  });
}

const noMounts = await cannotMount("--map-root-user");

Deno.test({
  name: `a full disk, through every door${
    noMounts ? " (skipped: unshare may not mount here)" : ""
  }`,
  ignore: noMounts,
  async fn() {
    const chips = `${place.folder}/aligned_faces`;
    await Deno.mkdir(chips, { recursive: true });
    const script =
      `mount -t tmpfs -o size=16k none ${chips} && exec ${Deno.execPath()} run -A --no-check tests/doors/full_disk_process.ts ${place.folder}`;
    const { stdout, success } = await new Deno.Command("unshare", {
      args: ["--map-root-user", "--mount", "sh", "-c", script],
      stderr: "inherit",
    }).output();
    assert.ok(success);
    const results = JSON.parse(new TextDecoder().decode(stdout));
    const expected: CaseResult = {
      said: [failed(
        "Andrew/andrew_1.jpg.png cannot be written: the disk is full; free some space and run it again.",
      )],
      ...nothing,
    };
    for (const door of Object.keys(doors)) {
      assert.deepEqual(results[door], expected, door);
    }
  },
});

/** One template of a model in a place's store. */
async function fillWith(
  folder: string,
  { modelId, dimensions }: Place["recognizer"],
  user: string,
): Promise<void> {
  const vector = new Float32Array(dimensions).fill(5);
  const store = await openPlain(folder);
  await store.replaceAll({ modelId, dimensions }, [
    sampleTemplate(user, 1, { vector }),
  ]);
  await store.close();
}

/** Distances differ in their last digits between ways to decode. */
function withoutDistances({ said, ...held }: CaseResult): CaseResult {
  return {
    said: said.map(({ outcome, words }) => ({
      outcome,
      words: words.replace(/\(0\.\d{3} from/, "(DISTANCE from")
        .replace(/\([01]\.\d\d\)/, "(DISTANCE)"),
    })),
    ...held,
  };
}

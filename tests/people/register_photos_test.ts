import assert from "node:assert/strict";
import {
  NothingRegisteredError,
  SeveralFacesError,
  StoreModelError,
} from "../../lib/errors.ts";
import { decodePhoto } from "../../lib/image/decode.ts";
import { listPhotos, readPhoto } from "../../lib/recognize/photo_files.ts";
import { createRecognizer } from "../../lib/recognize/recognizer.ts";
import { reasonText } from "../../lib/people/reasons.ts";
import { registerPhotos } from "../../lib/people/register_photos.ts";
import { signIn } from "../../lib/people/sign_in.ts";
import type { StoreModel } from "../../lib/store/embedding_store.ts";
import { openStore } from "../../lib/store/open_store.ts";

const recognizer = await createRecognizer({
  detector: "mtcnn",
  align: "rotate",
  mirror: true,
});

function openIn(folder: string, model: StoreModel, name = "embeddings") {
  const store = `${folder}/${name}.json`;
  const savePath = `${folder}/chips`;
  return openStore({ store, savePath, storeKey: "", storeKeyFile: "" }, model);
}

/** A folder of photos, a store and a chip folder of their own. */
async function workplace() {
  const folder = await Deno.makeTempDir();
  await Deno.mkdir(`${folder}/photos/beatriz`, { recursive: true });
  await Deno.copyFile(
    "registration_photos/andrew_01.jpg",
    `${folder}/photos/front.jpg`,
  );
  await Deno.copyFile(
    "registration_photos/beatriz/beatriz_01.jpg",
    `${folder}/photos/beatriz/front.jpg`,
  );
  const store = await openIn(folder, recognizer);
  const register = async (options: Parameters<typeof registerPhotos>[3] = {}) =>
    await registerPhotos(
      recognizer,
      store,
      await listPhotos(`${folder}/photos`, "andrew"),
      options,
    );
  return {
    folder,
    store,
    register,
    [Symbol.asyncDispose]: () => Deno.remove(folder, { recursive: true }),
  };
}

const outcomes = (results: Awaited<ReturnType<typeof registerPhotos>>) =>
  results.map(({ user, photo, outcome }) => `${user}/${photo} ${outcome}`);

Deno.test("registerPhotos() adds once, leaves known photos alone, and replaces a changed photo", async () => {
  await using place = await workplace();
  assert.deepEqual(outcomes(await place.register()), [
    "andrew/front.jpg added",
    "beatriz/front.jpg added",
  ]);
  const bytes = await Deno.readFile(`${place.folder}/embeddings.json`);
  assert.deepEqual(outcomes(await place.register()), [
    "andrew/front.jpg unchanged",
    "beatriz/front.jpg unchanged",
  ]);
  assert.deepEqual(
    await Deno.readFile(`${place.folder}/embeddings.json`),
    bytes,
  );
  await Deno.copyFile(
    "registration_photos/andrew_02.jpg",
    `${place.folder}/photos/front.jpg`,
  );
  assert.deepEqual(outcomes(await place.register()), [
    "andrew/front.jpg replaced",
    "beatriz/front.jpg unchanged",
  ]);
  assert.equal((await place.store.templates()).length, 2);
});

Deno.test("registerPhotos() makes a chip again that is missing, and changes nothing else", async () => {
  await using place = await workplace();
  await place.register();
  const chip = `${place.folder}/chips/andrew/front.jpg.png`;
  const before = await decodePhoto(await Deno.readFile(chip));
  const bytes = await Deno.readFile(`${place.folder}/embeddings.json`);
  await Deno.remove(chip);
  assert.deepEqual(outcomes(await place.register()), [
    "andrew/front.jpg unchanged",
    "beatriz/front.jpg unchanged",
  ]);
  assert.deepEqual(await decodePhoto(await Deno.readFile(chip)), before);
  assert.deepEqual(
    await Deno.readFile(`${place.folder}/embeddings.json`),
    bytes,
  );
});

Deno.test("registerPhotos() writes chips and store readable by their owner only", async () => {
  await using place = await workplace();
  await place.register();
  for (const file of ["embeddings.json", "chips/andrew/front.jpg.png"]) {
    assert.equal(
      (await Deno.stat(`${place.folder}/${file}`)).mode! & 0o777,
      0o600,
      file,
    );
  }
  const chip = await decodePhoto(
    await Deno.readFile(`${place.folder}/chips/andrew/front.jpg.png`),
  );
  assert.deepEqual([chip.width, chip.height], [150, 150]);
});

Deno.test("registerPhotos() skips what it cannot use, says why, and registers the rest", async () => {
  await using place = await workplace();
  await Deno.copyFile(
    "tests/photos/back.jpg",
    `${place.folder}/photos/back.jpg`,
  );
  await Deno.writeTextFile(`${place.folder}/photos/text.jpg`, "not a picture");
  await Deno.copyFile(
    "tests/photos/two_people.jpg",
    `${place.folder}/photos/two.jpg`,
  );
  const results = await place.register();
  assert.deepEqual(outcomes(results), [
    "andrew/back.jpg refused",
    "andrew/front.jpg added",
    "andrew/text.jpg refused",
    "andrew/two.jpg refused",
    "beatriz/front.jpg added",
  ]);
  assert.deepEqual(
    results.flatMap(({ reasons }) => reasons.map(({ kind }) => kind)),
    ["no-face", "unusable", "several-faces"],
  );
  const largest = await place.register({ largest: true });
  assert.deepEqual(
    largest.filter(({ photo }) => photo === "two.jpg")
      .map(({ outcome, warnings }) => [outcome, warnings[0]!.kind]),
    [["added", "largest-taken"]],
  );
});

Deno.test("listPhotos() names an empty folder and a path that does not exist", async () => {
  const folder = await Deno.makeTempDir();
  await assert.rejects(
    listPhotos(folder, "andrew"),
    /holds no photo; put JPEG/,
  );
  await assert.rejects(
    listPhotos(`${folder}/none`, "andrew"),
    /does not exist/,
  );
  await Deno.remove(folder);
});

Deno.test("registerPhotos() keeps photos 25 at a time without parting those by which a user is known", async () => {
  await using place = await workplace();
  const text = `${place.folder}/text.jpg`;
  await Deno.writeTextFile(text, "not a picture");
  const many = Array.from({ length: 24 }, (_, i) => (
    { user: "a", path: text, name: `${i}.jpg` }
  ));
  const own = [
    "signin_photos/hana/hana_01.jpg",
    "registration_photos/andrew_01.jpg",
    "registration_photos/andrew_02.jpg",
  ].map((path, i) => ({ user: "b", path, name: `${i}.jpg` }));
  const results = await registerPhotos(recognizer, place.store, [
    ...many,
    ...own,
  ], { workers: 1 });
  assert.deepEqual(outcomes(results.slice(24)), [
    "b/0.jpg refused",
    "b/1.jpg added",
    "b/2.jpg added",
  ]);
});

Deno.test("signIn() knows a registered user, refuses a stranger, and checks a claim", async () => {
  await using place = await workplace();
  await place.register();
  const decide = async (path: string, user?: string) =>
    await signIn(
      recognizer,
      place.store,
      await readPhoto(path),
      { user },
    );
  const andrew = await decide("signin_photos/andrew_08.jpg");
  assert.deepEqual([
    andrew.accepted,
    andrew.user,
    andrew.nearest!.template.photo,
  ], [
    true,
    "andrew",
    "front.jpg",
  ]);
  const stranger = await decide("signin_photos/hana/hana_01.jpg");
  assert.deepEqual([stranger.accepted, stranger.user], [false, null]);
  const claim = await decide("signin_photos/andrew_08.jpg", "beatriz");
  assert.deepEqual([claim.accepted, claim.nearest!.template.user], [
    false,
    "beatriz",
  ]);
  await assert.rejects(
    decide("signin_photos/andrew_08.jpg", "carl"),
    NothingRegisteredError,
  );
});

Deno.test("signIn() refuses a photo of two people unless told to take the largest face", async () => {
  await using place = await workplace();
  await place.register();
  const photo = await readPhoto("tests/photos/two_people.jpg");
  await assert.rejects(
    signIn(recognizer, place.store, photo),
    (error) =>
      error instanceof SeveralFacesError &&
      /2 faces found in tests\/photos\/two_people\.jpg: the photo must show one person/
        .test(
          error.message,
        ),
  );
  const largest = await signIn(recognizer, place.store, photo, {
    severalFaces: "largest",
  });
  assert.equal(largest.user, "andrew");
});

Deno.test("signIn() fuses several photos of one person, and refuses those of two", async () => {
  await using place = await workplace();
  await place.register();
  const [first, second, other, another] = await Promise.all([
    readPhoto("signin_photos/andrew_06.jpg"),
    readPhoto("signin_photos/andrew_08.jpg"),
    readPhoto("signin_photos/hana/hana_01.jpg"),
    readPhoto("signin_photos/hana/hana_06.jpg"),
  ]);
  const alone = await Promise.all(
    [first, second].map((photo) => signIn(recognizer, place.store, photo)),
  );
  const both = await signIn(recognizer, place.store, [first, second]);
  assert.deepEqual([both.user, both.faces.length], ["andrew", 2]);
  const distances = alone.map(({ nearest }) => nearest!.distance);
  assert.ok(both.nearest!.distance < Math.max(...distances));
  const twoOfEach = [first, second, other, another];
  for (const mixed of [[first, second, other], twoOfEach]) {
    await assert.rejects(
      signIn(recognizer, place.store, mixed),
      (error) =>
        error instanceof SeveralFacesError &&
        /hana_01\.jpg shows somebody else than the other photos/.test(
          error.message,
        ),
    );
  }
});

Deno.test("signIn() says that nobody is registered", async () => {
  await using place = await workplace();
  const photo = await readPhoto("tests/photos/plain.jpg");
  await assert.rejects(
    signIn(recognizer, place.store, photo),
    NothingRegisteredError,
  );
});

Deno.test("a store made by another model is refused with what to do, and left as it was", async () => {
  await using place = await workplace();
  await place.register();
  const path = `${place.folder}/embeddings.json`;
  const bytes = await Deno.readFile(path);
  await assert.rejects(
    openIn(place.folder, { modelId: "faceapi-128-box", dimensions: 128 }),
    StoreModelError,
  );
  assert.deepEqual(await Deno.readFile(path), bytes);
});

Deno.test("a very dark photo's error says so", async () => {
  await using place = await workplace();
  await Deno.copyFile(
    "tests/photos/dark_back.jpg",
    `${place.folder}/photos/dark.jpg`,
  );
  const refused = (await place.register()).find(({ outcome }) =>
    outcome === "refused"
  );
  assert.match(
    reasonText(refused!.reasons[0]!, "dark.jpg"),
    /very dark; take it again with more light/,
  );
});

Deno.test("registerPhotos() keeps the same templates, in the same order, with a pool as without", async () => {
  const folder = await Deno.makeTempDir();
  const photos = (await listPhotos("registration_photos", "andrew"))
    .slice(0, 8);
  photos.push(
    { user: "nobody", path: "tests/photos/back.jpg", name: "back.jpg" },
    { ...photos[0]! },
  );
  const register = async (name: string, workers: number) => {
    const store = await openIn(folder, recognizer, name);
    const results = await registerPhotos(recognizer, store, photos, {
      workers,
    });
    const templates = (await store.templates()).map((
      { createdAt: _time, ...template },
    ) => template);
    // Pixels, because imagescript writes the time into its PNG files.
    const chips = await Promise.all(
      photos.slice(0, 8).map(async (photo) =>
        decodePhoto(
          await Deno.readFile(
            `${folder}/chips/${photo.user}/${photo.name}.png`,
          ),
        )
      ),
    );
    return { outcomes: outcomes(results), templates, chips };
  };
  const alone = await register("alone", 1);
  assert.deepEqual(await register("pool", 2), alone);
  assert.equal(alone.templates.length, 8);
  assert.deepEqual(alone.outcomes.slice(8), [
    "nobody/back.jpg refused",
    `${photos[0]!.user}/${photos[0]!.name} refused`,
  ]);
  await Deno.remove(folder, { recursive: true });
});

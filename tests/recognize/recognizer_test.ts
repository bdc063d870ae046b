import assert from "node:assert/strict";
import sharp from "sharp";
import { decodePhoto } from "../../lib/image/decode.ts";
import type { Photo } from "../../lib/image/photo.ts";
import { euclideanDistance } from "../../lib/match/distance.ts";
import { createRecognizer } from "../../lib/recognize/recognizer.ts";
import { startBackend } from "../../lib/engine/tensors/backend.ts";
import { keepsTensors, numTensors } from "../tensor_balance.ts";

await startBackend();
const tensorsAtStart = numTensors();
const recognizer = await createRecognizer({
  detector: "mtcnn",
  align: "rotate",
  mirror: true,
});

const andrew = await Deno.readFile("registration_photos/andrew_01.jpg");

async function facesOf(bytes: Uint8Array) {
  return await recognizer.findFaces(await decodePhoto(bytes));
}

async function vectorOf(bytes: Uint8Array): Promise<Float32Array> {
  const [face] = await facesOf(bytes);
  assert.ok(face !== undefined, "a face was found");
  const [embedding] = await recognizer.embed([face.chip]);
  return embedding!.vector;
}

Deno.test("findFaces() and embed() leave no tensor behind, and embeddings are as long as the model makes them", async () => {
  const [face] = await keepsTensors(() => facesOf(andrew));
  const [embedding] = await keepsTensors(() => recognizer.embed([face!.chip]));
  assert.equal(embedding!.vector.length, 128);
  assert.equal(embedding!.modelId, "faceapi-128-rotate51x1.1-mirror");
  const length = Math.hypot(...embedding!.vector);
  assert.ok(length > 1 && length < 2);
});

Deno.test("embed() gives a chip the same embedding alone and in a batch", async () => {
  const chips: Photo[] = [];
  for (const name of ["andrew_01", "beatriz/beatriz_01", "edgar/edgar_02"]) {
    const [face] = await facesOf(
      await Deno.readFile(`registration_photos/${name}.jpg`),
    );
    chips.push(face!.chip);
  }
  const together = await keepsTensors(() => recognizer.embed(chips));
  for (const [i, chip] of chips.entries()) {
    const [alone] = await recognizer.embed([chip]);
    assert.ok(euclideanDistance(alone!.vector, together[i]!.vector) < 1e-4);
  }
  assert.deepEqual(await recognizer.embed([]), []);
});

for (const deg of [-45, -30, -15, 15, 30, 45]) {
  Deno.test(`a photo turned by ${deg} degrees lies within 0.25 of its upright self`, async () => {
    const upright = await vectorOf(andrew);
    const turned = await sharp(andrew).rotate(deg, { background: "#808080" })
      .jpeg().toBuffer();
    const distance = euclideanDistance(upright, await vectorOf(turned));
    assert.ok(distance < 0.25, `${distance}`);
  });
}

Deno.test("EXIF-rotated, CMYK, 16-bit and transparent versions of a photo are the same face", async () => {
  const upright = await vectorOf(andrew);
  const versions = [
    await sharp(andrew).rotate(90).withMetadata({ orientation: 8 }).jpeg()
      .toBuffer(),
    await sharp(andrew).toColourspace("cmyk").jpeg().toBuffer(),
    await sharp(andrew).toColourspace("rgb16").png().toBuffer(),
    await sharp(andrew).ensureAlpha(0.7).png().toBuffer(),
  ];
  for (const version of versions) {
    assert.ok(euclideanDistance(upright, await vectorOf(version)) < 0.25);
  }
});

Deno.test("findFaces() finds both people of a photo, largest face first", async () => {
  const faces = await facesOf(
    await Deno.readFile("tests/photos/two_people.jpg"),
  );
  assert.equal(faces.length, 2);
  const area = (i: number) => faces[i]!.box.width * faces[i]!.box.height;
  assert.ok(area(0) >= area(1));
});

Deno.test("findFaces() finds no face at the back of a head, or in one pixel", async () => {
  const back = await facesOf(await Deno.readFile("tests/photos/back.jpg"));
  assert.equal(back.length, 0);
  const pixel = { data: Uint8Array.of(9, 9, 9), width: 1, height: 1 };
  assert.deepEqual(await keepsTensors(() => recognizer.findFaces(pixel)), []);
});

const flaws: Record<string, [string, () => Promise<Uint8Array>]> = {
  "a small face": [
    "head-size",
    () => sharp("tests/photos/plain.jpg").resize(56).jpeg().toBuffer(),
  ],
  "a profile": [
    "landmark-fit, head-pose",
    () => Deno.readFile("tests/photos/profile.jpg"),
  ],
  "an unsharp face": [
    "sharpness",
    () => Deno.readFile("tests/photos/blurred.jpg"),
  ],
  "a face at twice the light": [
    "over-exposure",
    () => sharp("tests/photos/plain.jpg").linear(2, 0).jpeg().toBuffer(),
  ],
  "a badly lit face": [
    "under-exposure",
    () => Deno.readFile("tests/photos/dark.jpg"),
  ],
};
for (const [name, [kind, make]] of Object.entries(flaws)) {
  Deno.test(`findFaces() reports ${name} as ${kind} only`, async () => {
    const [face] = await facesOf(await make());
    const kinds = face!.issues.map((issue) => issue.kind);
    assert.equal(kinds.join(", "), kind, JSON.stringify(face!.issues));
  });
}

Deno.test("findFaces() reports nothing about the sample people's registration photos", async () => {
  for (
    const name of [
      "andrew_04",
      "beatriz/beatriz_03",
      "daisuke/daisuke_02",
      "dalila/dalila_01",
    ]
  ) {
    const [face] = await facesOf(
      await Deno.readFile(`registration_photos/${name}.jpg`),
    );
    assert.deepEqual(face!.issues, [], name);
    assert.ok(face!.quality.unified > 1);
  }
});

Deno.test("a recognizer with the tiny detector, box alignment and no mirror works and names its model so", async () => {
  const other = await createRecognizer({
    detector: "tiny",
    align: "box",
    mirror: false,
  });
  const faces = await keepsTensors(async () =>
    other.findFaces(await decodePhoto(andrew))
  );
  assert.equal(faces.length, 1);
  assert.equal(other.modelId, "faceapi-128-box");
  const [reference] = await facesOf(andrew);
  const overlap = Math.abs(faces[0]!.box.x - reference!.box.x);
  assert.ok(overlap < 60, "both detectors find the same face");
  other.dispose();
});

Deno.test("dispose() frees every tensor of the networks", () => {
  recognizer.dispose();
  assert.equal(numTensors(), tensorsAtStart);
});

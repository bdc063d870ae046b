import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import sharp from "sharp";
import { readSettings } from "../../lib/config.ts";
import { WeightsError } from "../../lib/errors.ts";
import { decodePhoto } from "../../lib/image/decode.ts";
import { euclideanDistance } from "../../lib/match/distance.ts";
import {
  createRecognizer,
  type Recognizer,
} from "../../lib/recognize/recognizer.ts";
import { startBackend } from "../../lib/engine/tensors/backend.ts";
import { faceNetFiles } from "../../lib/engine/weights/install_models.ts";
import { modelPath } from "../../lib/engine/weights/model_files.ts";
import { numTensors } from "../tensor_balance.ts";

const faceNetFile = faceNetFiles[0]!.name;
const withoutFaceNet = !existsSync(modelPath(faceNetFile));
const andrew = await Deno.readFile("registration_photos/andrew_01.jpg");

Deno.test({
  name:
    "with detector=mtcnn a photo turned by 30 degrees stays itself when chips are turned, and not when they are cropped",
  async fn() {
    await startBackend();
    const before = numTensors();
    const turned = await sharp(andrew).rotate(30, { background: "#808080" })
      .jpeg().toBuffer();
    const moved: Record<string, number> = {};
    for (const align of ["rotate", "box", "crop"] as const) {
      const recognizer = await createRecognizer({
        detector: "mtcnn",
        align,
        mirror: true,
      });
      const [upright, tilted] = [
        await vectorOf(recognizer, andrew),
        await vectorOf(recognizer, turned),
      ];
      moved[align] = euclideanDistance(upright, tilted);
      recognizer.dispose();
    }
    assert.ok(moved.rotate! < 0.25, `turned: ${moved.rotate}`);
    assert.ok(
      moved.crop! > 2 * moved.rotate!,
      `cropped: ${moved.crop}, turned: ${moved.rotate}`,
    );
    assert.ok(
      moved.box! > 2 * moved.rotate!,
      `boxed: ${moved.box}, turned: ${moved.rotate}`,
    );
    assert.equal(numTensors(), before);
  },
});

Deno.test({
  name:
    "with detector=mtcnn the 128-d recognizer tells the sample people apart at its threshold",
  async fn() {
    const recognizer = await createRecognizer(
      readSettings({ file: "detector=mtcnn" }),
    );
    const vectors = new Map<string, Float32Array[]>();
    for (const user of ["beatriz", "daisuke", "edgar"]) {
      const paths = [
        `registration_photos/${user}/${user}_01.jpg`,
        `registration_photos/${user}/${user}_02.jpg`,
      ];
      const own = [];
      for (const path of paths) {
        own.push(await vectorOf(recognizer, await Deno.readFile(path)));
      }
      vectors.set(user, own);
    }
    for (const [user, [first, second]] of vectors) {
      const genuine = euclideanDistance(first!, second!);
      assert.ok(genuine < recognizer.defaultThreshold, `${user}: ${genuine}`);
      for (const [other, [impostor]] of vectors) {
        if (other === user) continue;
        const distance = euclideanDistance(first!, impostor!);
        assert.ok(
          distance > genuine,
          `${user} and ${other}: ${distance}, own ${genuine}`,
        );
      }
    }
    recognizer.dispose();
  },
});

Deno.test({
  name:
    "recognizer=facenet without its large file names the command that fetches it",
  ignore: !withoutFaceNet,
  async fn() {
    await startBackend();
    const before = numTensors();
    await assert.rejects(
      createRecognizer(readSettings({ file: "recognizer=facenet" })),
      (error) =>
        error instanceof WeightsError &&
        error.message.includes("`deno task models facenet`"),
    );
    assert.equal(numTensors(), before, "the networks that did load are freed");
  },
});

Deno.test({
  name:
    `recognizer=facenet recognizes the sample people (needs ${faceNetFile}: run deno task models facenet)`,
  ignore: withoutFaceNet,
  async fn() {
    const recognizer = await createRecognizer(
      readSettings({ file: "recognizer=facenet" }),
    );
    const own = await vectorOf(recognizer, andrew);
    const again = await vectorOf(
      recognizer,
      await Deno.readFile("registration_photos/andrew_02.jpg"),
    );
    const other = await vectorOf(
      recognizer,
      await Deno.readFile("registration_photos/edgar/edgar_01.jpg"),
    );
    assert.equal(recognizer.modelId, "facenet-512-rotate51x1.1-mirror");
    assert.ok(euclideanDistance(own, again) < recognizer.defaultThreshold);
    assert.ok(euclideanDistance(own, other) > euclideanDistance(own, again));
    recognizer.dispose();
  },
});

async function vectorOf(
  recognizer: Recognizer,
  bytes: Uint8Array,
): Promise<Float32Array> {
  const [face] = await recognizer.findFaces(await decodePhoto(bytes));
  assert.ok(face !== undefined, "a face was found");
  const [embedding] = await recognizer.embed([face.chip]);
  return embedding!.vector;
}

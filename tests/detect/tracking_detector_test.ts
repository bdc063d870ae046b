import assert from "node:assert/strict";
import type { Detection } from "../../lib/detect/face_detector.ts";
import { createLandmarkFinder } from "../../lib/detect/landmark_finder.ts";
import { createSsdDetector } from "../../lib/detect/ssd_detector.ts";
import { createTrackingDetector } from "../../lib/detect/tracking_detector.ts";
import { decodePhoto } from "../../lib/image/decode.ts";
import type { Photo } from "../../lib/image/photo.ts";
import { euclideanDistance } from "../../lib/match/distance.ts";
import {
  createRecognizer,
  type Recognizer,
} from "../../lib/recognize/recognizer.ts";
import { startBackend } from "../../lib/engine/tensors/backend.ts";
import { sharedPath } from "../shared_files.ts";
import { numTensors } from "../tensor_balance.ts";

const config = { detector: "ssd", align: "rotate", mirror: true } as const;
const framesOf = (person: string) => sharedPath(`portraits/liveness/${person}`);

async function createTracker(fullEvery: number) {
  return createTrackingDetector(
    await createSsdDetector(),
    await createLandmarkFinder(),
    { fullEvery },
  );
}

/** The photo moved by whole pixels; what comes in at its edges repeats the edge. */
function moved(photo: Photo, dx: number, dy: number): Photo {
  const { width, height, data } = photo;
  const out = new Uint8Array(data.length);
  const clamp = (value: number, end: number) =>
    Math.min(end - 1, Math.max(0, value));
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const from = (clamp(y - dy, height) * width + clamp(x - dx, width)) * 3;
      out.set(data.subarray(from, from + 3), (y * width + x) * 3);
    }
  }
  return { data: out, width, height };
}

function middle({ box }: Detection) {
  return { x: box.x + box.width / 2, y: box.y + box.height / 2 };
}

Deno.test({
  name:
    "a tracker follows a moving face between full searches, notices that it left, and keeps no tensor",
  async fn() {
    await startBackend();
    const before = numTensors();
    const tracker = await createTracker(5);
    const loaded = numTensors();
    const photo = await decodePhoto(
      await Deno.readFile("registration_photos/andrew_01.jpg"),
    );
    const [start] = await tracker.detect(photo);
    assert.ok(tracker.wasFull);
    for (let step = 1; step <= 4; step++) {
      const [face, ...others] = await tracker.detect(
        moved(photo, step * 10, step * 5),
      );
      assert.equal(others.length, 0);
      assert.ok(!tracker.wasFull, `step ${step} was searched in full`);
      const slackPx = start!.box.width * 0.08;
      const { x, y } = middle(face!);
      assert.ok(Math.abs(x - middle(start!).x - step * 10) < slackPx);
      assert.ok(Math.abs(y - middle(start!).y - step * 5) < slackPx);
    }
    await tracker.detect(photo);
    assert.ok(tracker.wasFull, "the fifth frame is searched in full");
    const empty = { ...photo, data: new Uint8Array(photo.data.length) };
    assert.deepEqual(await tracker.detect(empty), []);
    assert.ok(tracker.wasFull, "a lost face is searched for");
    tracker.reset();
    assert.equal((await tracker.detect(photo)).length, 1);
    assert.ok(tracker.wasFull, "after a reset all is new");
    assert.equal(numTensors(), loaded);
    tracker.dispose();
    assert.equal(numTensors(), before);
  },
});

Deno.test({
  name:
    "a tracker sees the people full detection sees, on the sample frames of ../shared",
  ignore: framesOf("andrew") === null,
  async fn() {
    const recognizer = await createRecognizer(config);
    const tracking = { embed: recognizer.embed, ...recognizer.follow() };
    const templates = await Promise.all(
      ["andrew_01.jpg", "dalila/dalila_01.jpg"].map((path) =>
        embedLargest(recognizer, `registration_photos/${path}`)
      ),
    );
    for (const person of ["andrew", "dalila"]) {
      const folder = framesOf(person)!;
      const names = [...Deno.readDirSync(folder)].map(({ name }) => name)
        .filter((name) => /^(mouth_open|turn_left)/.test(name)).sort();
      assert.ok(names.length >= 16);
      // Every other frame: faces move twice as far between two looks.
      for (const name of names.filter((_, i) => i % 2 === 0)) {
        const path = `${folder}/${name}`;
        const full = await embedLargest(recognizer, path);
        const tracked = await embedLargest(tracking, path);
        assert.equal(
          nearest(tracked, templates),
          nearest(full, templates),
          name,
        );
        const apart = euclideanDistance(tracked, full);
        assert.ok(apart < 0.25, `${person}/${name} is ${apart} apart`);
      }
    }
    recognizer.dispose();
  },
});

async function embedLargest(
  recognizer: Pick<Recognizer, "findFaces" | "embed">,
  path: string,
): Promise<Float32Array> {
  const faces = await recognizer.findFaces(
    await decodePhoto(await Deno.readFile(path)),
  );
  const [embedding] = await recognizer.embed([faces[0]!.chip]);
  return embedding!.vector;
}

function nearest(probe: Float32Array, templates: Float32Array[]): number {
  const distances = templates.map((each) => euclideanDistance(probe, each));
  return distances.indexOf(Math.min(...distances));
}

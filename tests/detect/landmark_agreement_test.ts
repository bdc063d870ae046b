/** The fused landmark network against face-api's own. */
import assert from "node:assert/strict";
import { loadLandmarkNet } from "../../lib/detect/landmark_graph.ts";
import { decodePhoto } from "../../lib/image/decode.ts";
import { resize } from "../../lib/image/resize.ts";
import { startBackend, tf } from "../../lib/engine/tensors/backend.ts";
import { faceApi, loadFaceApiNet } from "../oracles/face_api.ts";
import { numTensors } from "../tensor_balance.ts";

const model = "face_landmark_68_model";
/** Of the input's side: a ten-thousandth of a pixel at 112 px. */
const tolerance = 1e-6;

Deno.test({
  name:
    "the landmark network puts all landmarks of a batch where face-api does, and keeps no tensor",
  async fn() {
    await startBackend();
    const before = numTensors();
    const own = await loadLandmarkNet();
    const net = await loadFaceApiNet(
      new faceApi.FaceLandmark68Net(),
      model,
    );
    const photos = ["andrew_01.jpg", "dalila/dalila_01.jpg"].map((name) =>
      new URL(`../../registration_photos/${name}`, import.meta.url)
    );
    const pixels = await Promise.all(photos.map(async (url) => {
      const photo = await decodePhoto(await Deno.readFile(url));
      return resize(photo, 112, 112).data;
    }));
    const [fast, plain] = tf.tidy(() => {
      const input = tf.tensor4d(
        Float32Array.from(pixels.flatMap((data) => [...data])),
        [2, 112, 112, 3],
      );
      const features = net.faceFeatureExtractor.forwardInput({
        toBatchTensor: () => input,
      });
      return [
        own.run(input).dataSync(),
        net.runNet(features).dataSync(),
      ];
    });
    assert.equal(fast!.length, 2 * 136);
    fast!.forEach((value, i) =>
      assert.ok(Math.abs(value - plain![i]!) < tolerance, `number ${i}`)
    );
    assert.ok(Math.abs(fast![0]! - fast![136]!) > tolerance, "two faces");
    own.dispose();
    net.dispose();
    assert.equal(numTensors(), before);
  },
});

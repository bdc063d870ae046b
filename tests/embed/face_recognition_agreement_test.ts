/** The folded FaceRecognitionNet against face-api's own. */
import assert from "node:assert/strict";
import { createFaceRecognitionNet } from "../../lib/embed/face_recognition_net.ts";
import { createPlainFaceRecognitionNet } from "../oracles/plain_face_recognition_net.ts";
import { decodePhoto } from "../../lib/image/decode.ts";
import { resize } from "../../lib/image/resize.ts";
import { euclideanDistance } from "../../lib/match/distance.ts";
import { startBackend } from "../../lib/engine/tensors/backend.ts";
import { numTensors } from "../tensor_balance.ts";

/** A hundred-thousandth of the threshold. */
const tolerance = 5e-6;
const photos = ["andrew_01.jpg", "beatriz/beatriz_01.jpg", "edgar/edgar_01.jpg"]
  .map((name) => new URL(`../../registration_photos/${name}`, import.meta.url));

Deno.test({
  name:
    "createFaceRecognitionNet() embeds as face-api does, in batches and mirrored, and keeps no tensor",
  async fn() {
    await startBackend();
    const before = numTensors();
    const fast = await createFaceRecognitionNet();
    const plain = await createPlainFaceRecognitionNet();
    const loaded = numTensors();
    const chips = await Promise.all(
      photos.map(async (url) =>
        resize(await decodePhoto(await Deno.readFile(url)), 150, 150)
      ),
    );
    for (const mirror of [false, true]) {
      const found = await fast.embed(chips, { mirror });
      const expected = await plain.embed(chips, { mirror });
      found.forEach((vector, i) =>
        assert.ok(euclideanDistance(vector, expected[i]!) < tolerance)
      );
      assert.ok(euclideanDistance(found[0]!, found[1]!) > 0.1, "people differ");
    }
    assert.equal(numTensors(), loaded);
    fast.dispose();
    plain.dispose();
    assert.equal(numTensors(), before);
  },
});

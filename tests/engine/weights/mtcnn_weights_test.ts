import assert from "node:assert/strict";
import { openModelWeights } from "../../../lib/engine/tensors/model_weights.ts";
import { sharedPath } from "../../shared_files.ts";
import { convertMtcnn } from "./convert_mtcnn.ts";

const folder = sharedPath("models/facenet");

Deno.test({
  name:
    "models/mtcnn holds facenet-pytorch's published tensors, every number (needs ../shared)",
  ignore: folder === null,
  async fn() {
    const weights = await openModelWeights("mtcnn");
    const converted = convertMtcnn(folder!);
    assert.equal(converted.length, 15 * 2 + 12);
    for (const { name, shape, data } of converted) {
      const own = weights.numbers(name);
      assert.deepEqual([...own.shape], [...shape], name);
      assert.deepEqual(own.data, data, name);
    }
  },
});

import assert from "node:assert/strict";
import { inceptionResnetV1Shapes } from "../oracles/inception_resnet_v1_shapes.ts";
import { readFixture } from "../shared_files.ts";

const fixture = readFixture<{ shapes: Record<string, number[]> }>(
  "inception_resnet_v1.json",
);

Deno.test({
  name:
    "inceptionResnetV1Shapes() lists the original's tensors, every name and shape (needs ../shared)",
  ignore: fixture === null,
  fn() {
    assert.deepEqual(
      Object.fromEntries(inceptionResnetV1Shapes()),
      fixture!.shapes,
    );
  },
});

import assert from "node:assert/strict";
import {
  buildInceptionResnetV1,
} from "../../lib/embed/inception_resnet_v1/network.ts";
import { createFaceNet } from "../../lib/embed/facenet.ts";
import { startBackend, tf } from "../../lib/engine/tensors/backend.ts";
import type { ReadTensor } from "../../lib/engine/tensors/pack_conv.ts";
import { openTorchFile } from "../../lib/engine/weights/torch_file.ts";
import { readFixture } from "../shared_files.ts";
import { legacyParts } from "../engine/weights/write_torch.ts";
import { formulaWeights, uniform } from "./formula_weights.ts";
import { numTensors } from "../tensor_balance.ts";

interface Fixture {
  shapes: Record<string, number[]>;
  firstValues: Record<string, number[]>;
  inputFirst: number[];
  stages: Record<
    string,
    { shape: number[]; mean: number; std: number; first: number[] }
  >;
  embedding: number[];
}

const fixture = readFixture<Fixture>("inception_resnet_v1.json");

Deno.test({
  name:
    "InceptionResnetV1 gives the original's stages and embedding on the fixture's weights (needs ../shared)",
  ignore: fixture === null,
  async fn(t) {
    await startBackend();
    const before = numTensors();
    const { shapes, firstValues, inputFirst, stages, embedding } = fixture!;
    const read = formulaWeights(shapes);
    await t.step("the formula gives the fixture's weights", () => {
      for (const [name, first] of Object.entries(firstValues)) {
        assertClose(read(name).data.slice(0, first.length), first, 1e-7, name);
      }
    });
    // Through a .pt file of the published one's format and size, classifier and all.
    const path = writeWeights(shapes, read);
    const file = openTorchFile(path);
    const net = buildInceptionResnetV1((name) => ({
      shape: file.shapes.get(name)!,
      data: file.read(name),
    }));
    file.close();
    const built = numTensors();
    await t.step("every stage is the original's within 1e-3 relative", () => {
      const seen = new Set<string>();
      const [output, input] = runFixture(net, inputFirst, (name, tensor) => {
        seen.add(name);
        checkStage(name, tensor, stages[name]!);
      });
      assert.deepEqual([...seen].sort(), Object.keys(stages).sort());
      const values = output.dataSync();
      assertClose(values, embedding, 1e-4, "embedding");
      tf.dispose([output, input]);
    });
    assert.equal(numTensors(), built, "a run leaves no tensor");
    await t.step(
      "the embedder gives unit vectors, the same in a batch as alone",
      async () => {
        const embedder = await createFaceNet(() =>
          Promise.resolve(openTorchFile(path))
        );
        const loaded = numTensors();
        const chips = ["first", "second", "third"].map((name) => ({
          data: Uint8Array.from(uniform(name, 160 * 160 * 3), (u) => u * 256),
          width: 160,
          height: 160,
        }));
        for (const mirror of [false, true]) {
          const batch = await embedder.embed(chips, { mirror });
          const [alone] = await embedder.embed(chips.slice(1, 2), { mirror });
          for (const vector of batch) {
            assert.ok(Math.abs(Math.hypot(...vector) - 1) < 1e-5);
          }
          assertClose(batch[1]!, alone!, 1e-5, "batch and alone");
          assert.ok(largest(batch[0]!, batch[1]!) > 1e-3, "two chips differ");
        }
        assert.equal(numTensors(), loaded, "embedding leaves no tensor");
        embedder.dispose();
        assert.equal(numTensors(), built);
      },
    );
    Deno.removeSync(path);
    net.dispose();
    assert.equal(numTensors(), before, "dispose() frees the weights");
  },
});

/** Writes the legacy format piece by piece; `num_batches_tracked` is left out, as nothing reads it. */
function writeWeights(
  shapes: Fixture["shapes"],
  read: ReadTensor,
): string {
  const withClassifier = {
    ...shapes,
    "logits.weight": [8631, 512],
    "logits.bias": [8631],
  };
  const path = Deno.makeTempFileSync({ suffix: ".pt" });
  using file = Deno.openSync(path, { write: true });
  const tensors = new Map(
    Object.entries(withClassifier).map(([name, shape]) => {
      const length = shape.reduce((a, b) => a * b, 1);
      const data = name in shapes ? read(name).data : new Float32Array(length);
      return [name, { shape, data }];
    }),
  );
  for (const part of legacyParts(tensors)) {
    for (let at = 0; at < part.length;) at += file.writeSync(part.subarray(at));
  }
  return path;
}

function runFixture(
  net: ReturnType<typeof buildInceptionResnetV1>,
  inputFirst: readonly number[],
  onStage: (name: string, output: tf.Tensor) => void,
): [tf.Tensor2D, tf.Tensor4D] {
  const nchw = Float32Array.from(
    uniform("input", 3 * 160 * 160),
    (u) => 2 * u - 1,
  );
  assertClose(nchw.slice(0, inputFirst.length), inputFirst, 1e-7, "input");
  const input = tf.tidy(() =>
    tf.transpose(tf.tensor4d(nchw, [1, 3, 160, 160]), [0, 2, 3, 1])
  );
  return [net.run(input, onStage), input];
}

function checkStage(
  name: string,
  tensor: tf.Tensor,
  expected: Fixture["stages"][string],
): void {
  const values = tf.tidy((): Float32Array =>
    (tensor.rank === 4 ? tf.transpose(tensor, [0, 3, 1, 2]) : tensor)
      .dataSync<"float32">()
  );
  assert.equal(
    values.length,
    expected.shape.reduce((a, b) => a * b, 1),
    `${name} length`,
  );
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const square = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  // torch's std() divides by n - 1.
  const std = Math.sqrt(square / (values.length - 1));
  assert.ok(
    Math.abs(mean - expected.mean) <= 1e-3 * Math.abs(expected.mean),
    `${name} mean`,
  );
  assert.ok(
    Math.abs(std - expected.std) <= 1e-3 * expected.std,
    `${name} std ${std} ${expected.std}`,
  );
  assertClose(
    values.slice(0, 4),
    expected.first,
    1e-3 * expected.std,
    `${name} first`,
  );
}

function largest(a: ArrayLike<number>, b: ArrayLike<number>): number {
  return Math.max(...Array.from(a, (value, i) => Math.abs(value - b[i]!)));
}

function assertClose(
  actual: ArrayLike<number>,
  expected: ArrayLike<number>,
  tolerance: number,
  what: string,
): void {
  assert.equal(actual.length, expected.length, `${what}: length`);
  const difference = largest(actual, expected);
  assert.ok(difference <= tolerance, `${what}: differs by ${difference}`);
}

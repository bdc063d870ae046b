/** The project's own convolution against TensorFlow.js's. */
import assert from "node:assert/strict";
import { startBackend, tf } from "../../../lib/engine/tensors/backend.ts";
import { conv } from "../../../lib/engine/tensors/conv.ts";
import { packConv } from "../../../lib/engine/tensors/pack_conv.ts";
import { numTensors } from "../../tensor_balance.ts";

interface Case {
  /** n, height, width, channels */
  readonly input: [number, number, number, number];
  readonly filterPx: number;
  readonly outputs: number;
  readonly stride: number;
  readonly pad: "same" | "valid";
  readonly activation: "linear" | "relu6";
}

const cases: readonly Case[] = [
  ...[1, 5, 6, 7, 13].map((side) => ({
    input: [2, side, side, 32] as Case["input"],
    filterPx: 1,
    outputs: 24,
    stride: 1,
    pad: "same" as const,
    activation: "relu6" as const,
  })),
  ...(["same", "valid"] as const).flatMap((pad) =>
    [1, 2].flatMap((stride) =>
      ([[3, 16, 8], [3, 3, 32], [7, 3, 10], [5, 6, 42]] as const).map((
        [filterPx, channels, outputs],
      ) => ({
        input: [1, 17, 12, channels] as Case["input"],
        filterPx,
        outputs,
        stride,
        pad,
        activation: "linear" as const,
      }))
    )
  ),
];

Deno.test({
  name:
    "conv() is TensorFlow.js's convolution for any size, stride, padding and number of channels, and keeps no tensor",
  async fn() {
    await startBackend();
    const before = numTensors();
    for (const each of cases) {
      const { input, filterPx, outputs, stride, pad, activation } = each;
      const inputs = input[3];
      tf.tidy(() => {
        const x = tf.randomUniform<tf.Rank.R4>(input, -1, 1, "float32", 1);
        const shape = [filterPx, filterPx, inputs, outputs] as const;
        const filter = tf.randomUniform<tf.Rank.R4>(
          [...shape],
          -1,
          1,
          "float32",
          2,
        );
        const bias = tf.randomUniform<tf.Rank.R1>(
          [outputs],
          -1,
          1,
          "float32",
          3,
        );
        const packed = packConv(
          { shape, data: filter.dataSync<"float32">() },
          bias.dataSync<"float32">(),
        );
        const own = conv(x, packed, stride, activation, pad);
        const strides = stride;
        const other = tf.fused.conv2d({
          x,
          filter,
          bias,
          strides,
          pad,
          activation,
        });
        const apart = tf.max(
          tf.abs(tf.sub(tf.slice(own, [0, 0, 0, 0], other.shape), other)),
        );
        // Sums of up to 147 numbers of about 1, in another order.
        assert.ok(apart.dataSync()[0]! < 2e-5, JSON.stringify(each));
      });
    }
    assert.equal(numTensors(), before);
  },
});

Deno.test({
  name: "conv() with PReLU is TensorFlow.js's, and channels filled up stay 0",
  async fn() {
    await startBackend();
    const before = numTensors();
    tf.tidy(() => {
      const random = (shape: number[], seed: number) =>
        tf.randomUniform(shape, -1, 1, "float32", seed);
      const x = random([1, 9, 14, 3], 1) as tf.Tensor4D;
      const filter = random([3, 3, 3, 10], 2) as tf.Tensor4D;
      const [bias, slopes] = [random([10], 3), random([10], 4)];
      const packed = packConv(
        { shape: filter.shape, data: filter.dataSync<"float32">() },
        bias.dataSync<"float32">(),
        { slopes: slopes.dataSync<"float32">() },
      );
      const own = conv(x, packed, 1, "prelu", "valid");
      const other = tf.prelu(
        tf.add(tf.conv2d(x, filter, 1, "valid"), bias),
        slopes,
      );
      const expected = tf.pad(other, [[0, 0], [0, 0], [0, 0], [0, 6]]);
      const apart = tf.max(tf.abs(tf.sub(own, expected)));
      assert.ok(apart.dataSync()[0]! < 1e-5);
      assert.ok(tf.min(other).dataSync()[0]! < 0, "some are below zero");
    });
    assert.equal(numTensors(), before);
  },
});

Deno.test({
  name: "packConv() makes the same of bytes as of the numbers they stand for",
  async fn() {
    await startBackend();
    const shape = [3, 3, 8, 16] as const;
    const bytes = Uint8Array.from({ length: 3 * 3 * 8 * 16 }, (_, i) => i * 7);
    const scale = 0.0123;
    const min = -127 * scale;
    const data = Float32Array.from(bytes, (byte) => byte * scale + min);
    const bias = new Float32Array(16).fill(0.5);
    const factors = Float32Array.from({ length: 16 }, (_, i) => 1 + i / 10);
    tf.tidy(() => {
      const quantized = { bytes, scale, min };
      const own = packConv({ shape, data, quantized }, bias, { scale: factors })
        .panels
        .dataSync();
      const plain = packConv({ shape, data }, bias, { scale: factors })
        .panels.dataSync();
      own.forEach((value, i) =>
        assert.ok(Math.abs(value - plain[i]!) < 1e-6, `number ${i}`)
      );
      assert.ok(
        own.some((value) => value > 1),
        "there is something to compare",
      );
    });
  },
});

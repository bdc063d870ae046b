import { tf } from "../../engine/tensors/backend.ts";
import type { ReadTensor } from "../../engine/tensors/pack_conv.ts";
import {
  type Block,
  block17or8,
  block35,
  chain,
  mixed6a,
  mixed7a,
  normScale,
  stem,
} from "./blocks.ts";

/** Told of each stage's output, which it must not keep; names are the original's. */
type StageListener = (name: string, output: tf.Tensor) => void;

/** InceptionResnetV1 without its classifier. */
interface InceptionResnetV1 {
  /** [n, 160, 160, 3] as (x - 127.5) / 128 to [n, 512] of unit length. */
  run(input: tf.Tensor4D, onStage?: StageListener): tf.Tensor2D;
  dispose(): void;
}

/**
 * Builds InceptionResnetV1 (Szegedy et al., "Inception-v4, Inception-ResNet and the impact of
 * residual connections on learning", 2016; layers and residual scales as in facenet-pytorch's
 * models/inception_resnet_v1.py) from a state dict.
 */
export function buildInceptionResnetV1(read: ReadTensor): InceptionResnetV1 {
  const stages: Record<string, Block> = {
    ...stem(read),
    repeat_1: repeat(5, (i) => block35(read, `repeat_1.${i}`, 0.17)),
    mixed_6a: mixed6a(read),
    repeat_2: repeat(10, (i) => block17or8(read, `repeat_2.${i}`, 0.1)),
    mixed_7a: mixed7a(read),
    repeat_3: repeat(5, (i) => block17or8(read, `repeat_3.${i}`, 0.2)),
    block8: block17or8(read, "block8", 1, false),
  };
  const head = embeddingHead(read);
  return {
    run: (input, onStage = () => {}) =>
      tf.tidy(() => {
        let x = input;
        for (const [name, stage] of Object.entries(stages)) {
          x = tf.tidy(() => stage.run(x));
          onStage(name, x);
        }
        return head.run(x, onStage);
      }),
    dispose() {
      Object.values(stages).forEach((stage) => stage.dispose());
      head.dispose();
    },
  };
}

function repeat(count: number, block: (i: number) => Block): Block {
  return chain(...Array.from({ length: count }, (_, i) => block(i)));
}

/** Mean over the picture, 1792 to 512 numbers, batch norm, unit length. */
function embeddingHead(read: ReadTensor) {
  const { shape, data } = read("last_linear.weight");
  const linear = tf.tidy(() =>
    tf.transpose(tf.tensor2d(data, shape as [number, number]))
  );
  const norm = normScale(read, "last_bn");
  const scale = tf.tensor1d(norm.scale);
  const shift = tf.tensor1d(norm.shift);
  return {
    run(x: tf.Tensor4D, onStage: StageListener): tf.Tensor2D {
      const average = tf.mean<tf.Tensor2D>(x, [1, 2]);
      onStage("avgpool_1a", average);
      const product = tf.matMul<tf.Tensor2D>(average, linear);
      onStage("last_linear", product);
      const embedding = tf.add<tf.Tensor2D>(tf.mul(product, scale), shift);
      onStage("last_bn", embedding);
      return unitLength(embedding);
    },
    dispose: () => tf.dispose([linear, scale, shift]),
  };
}

/** Rows divided by their length; 1e-12 as in torch.nn.functional.normalize. */
export function unitLength(rows: tf.Tensor2D): tf.Tensor2D {
  return tf.tidy(() =>
    tf.div(rows, tf.maximum(tf.norm(rows, 2, 1, true), 1e-12))
  );
}

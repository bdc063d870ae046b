import { tf } from "../../engine/tensors/backend.ts";
import { conv } from "../../engine/tensors/conv.ts";
import {
  packConv,
  type PackedConv,
  type ReadTensor,
  torchFilter,
} from "../../engine/tensors/pack_conv.ts";

/** Batch norm's epsilon in facenet-pytorch, taken from the TensorFlow original. */
const epsilon = 0.001;

/** What batch norm does at inference, x * scale + shift by channel: scale = weight / sqrt(variance + epsilon), shift = bias - mean * scale (Ioffe and Szegedy, 2015). */
export function normScale(read: ReadTensor, name: string) {
  const part = (part: string) => read(`${name}.${part}`).data;
  const [bias, mean] = [part("bias"), part("running_mean")];
  const variance = part("running_var");
  const scale = part("weight").map((weight, i) =>
    weight / Math.sqrt(variance[i]! + epsilon)
  );
  const shift = bias.map((value, i) => value - mean[i]! * scale[i]!);
  return { scale, shift };
}

/** A convolution without bias and its batch norm, `name.conv` and `name.bn`, as one convolution. */
function packConvNorm(read: ReadTensor, name: string): PackedConv {
  const { scale, shift } = normScale(read, `${name}.bn`);
  return packConv(torchFilter(read, `${name}.conv`), shift, { scale });
}

/** A convolution with bias whose output is multiplied by `factor`, as one convolution. */
function packScaledConv(
  read: ReadTensor,
  name: string,
  factor: number,
): PackedConv {
  const bias = read(`${name}.bias`).data.map((value) => value * factor);
  const scale = new Float32Array(bias.length).fill(factor);
  return packConv(torchFilter(read, name), bias, { scale });
}

/** A part of the network, [n, h, w, c] to [n, h', w', c']. */
export interface Block {
  run(x: tf.Tensor4D): tf.Tensor4D;
  dispose(): void;
}

/** How a convolution moves: "same" keeps the size, stride 2 without padding halves it. */
interface Move {
  readonly stride: 1 | 2;
  readonly pad: "same" | "valid";
}

const keep: Move = { stride: 1, pad: "same" };
const shrink: Move = { stride: 1, pad: "valid" };
const halve: Move = { stride: 2, pad: "valid" };

/** Convolution, batch norm and ReLU as one step. */
function convRelu(
  read: ReadTensor,
  name: string,
  { stride, pad }: Move,
): Block {
  const packed = packConvNorm(read, name);
  return {
    run: (x) => conv(x, packed, stride, "relu", pad),
    dispose: () => tf.dispose(packed),
  };
}

/** Blocks one after the other. */
export function chain(...blocks: readonly Block[]): Block {
  return {
    run: (x) => blocks.reduce((value, block) => block.run(value), x),
    dispose: () => blocks.forEach((block) => block.dispose()),
  };
}

/** Blocks side by side on the same input, their channels joined. */
function branches(...blocks: readonly Block[]): Block {
  return {
    run: (x) => tf.concat(blocks.map((block) => block.run(x)), 3),
    dispose: () => blocks.forEach((block) => block.dispose()),
  };
}

/** Steps of a branch whose convolutions are named 0, 1, 2 …; all keep the size but perhaps the last. */
function branch(
  read: ReadTensor,
  name: string,
  steps: number,
  last: Move = keep,
): Block {
  return chain(
    ...Array.from(
      { length: steps },
      (_, i) => convRelu(read, `${name}.${i}`, i === steps - 1 ? last : keep),
    ),
  );
}

const maxPoolHalve: Block = {
  run: (x) => tf.maxPool(x, 3, 2, "valid"),
  dispose: () => {},
};

/** x + scale * project(inner(x)), then ReLU unless it is the network's last. */
function residual(inner: Block, project: PackedConv, relu = true): Block {
  return {
    run: (x) => {
      const change = conv(inner.run(x), project, 1, "linear");
      const sum = tf.add<tf.Tensor4D>(x, change);
      return relu ? tf.relu(sum) : sum;
    },
    dispose: () => {
      inner.dispose();
      tf.dispose(project);
    },
  };
}

/** The stem up to the first Inception block, by its stages. */
export function stem(
  read: ReadTensor,
): Record<"conv2d_1a" | "conv2d_2b" | "maxpool_3a" | "conv2d_4b", Block> {
  return {
    conv2d_1a: convRelu(read, "conv2d_1a", halve),
    conv2d_2b: chain(
      convRelu(read, "conv2d_2a", shrink),
      convRelu(read, "conv2d_2b", keep),
    ),
    maxpool_3a: maxPoolHalve,
    conv2d_4b: chain(
      convRelu(read, "conv2d_3b", keep),
      convRelu(read, "conv2d_4a", shrink),
      convRelu(read, "conv2d_4b", halve),
    ),
  };
}

/** Inception-ResNet-A on 17 x 17, named by its size in the paper. @param scale of the residual */
export function block35(read: ReadTensor, name: string, scale: number): Block {
  const inner = branches(
    convRelu(read, `${name}.branch0`, keep),
    branch(read, `${name}.branch1`, 2),
    branch(read, `${name}.branch2`, 3),
  );
  return residual(inner, packScaledConv(read, `${name}.conv2d`, scale));
}

/** Inception-ResNet-B on 8 x 8 and -C on 3 x 3: two branches, the second with a 1 x k and a k x 1 step. */
export function block17or8(
  read: ReadTensor,
  name: string,
  scale: number,
  relu = true,
): Block {
  const inner = branches(
    convRelu(read, `${name}.branch0`, keep),
    branch(read, `${name}.branch1`, 3),
  );
  return residual(inner, packScaledConv(read, `${name}.conv2d`, scale), relu);
}

/** Reduction-A: 17 x 17 to 8 x 8. */
export function mixed6a(read: ReadTensor): Block {
  return branches(
    convRelu(read, "mixed_6a.branch0", halve),
    branch(read, "mixed_6a.branch1", 3, halve),
    maxPoolHalve,
  );
}

/** Reduction-B: 8 x 8 to 3 x 3. */
export function mixed7a(read: ReadTensor): Block {
  return branches(
    branch(read, "mixed_7a.branch0", 2, halve),
    branch(read, "mixed_7a.branch1", 2, halve),
    branch(read, "mixed_7a.branch2", 3, halve),
    maxPoolHalve,
  );
}

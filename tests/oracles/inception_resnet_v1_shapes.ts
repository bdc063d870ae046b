/** Shape of every tensor that InceptionResnetV1 reads, by its name in facenet-pytorch's state dict. */
export function inceptionResnetV1Shapes(): Map<string, readonly number[]> {
  const shapes = new Map<string, readonly number[]>();
  for (const [name, ...shape] of convNorms()) {
    shapes.set(`${name}.conv.weight`, shape);
    addNorm(shapes, `${name}.bn`, shape[0]!);
  }
  for (const [name, outputs, inputs] of projections()) {
    shapes.set(`${name}.conv2d.weight`, [outputs, inputs, 1, 1]);
    shapes.set(`${name}.conv2d.bias`, [outputs]);
  }
  shapes.set("last_linear.weight", [512, 1792]);
  addNorm(shapes, "last_bn", 512);
  return shapes;
}

function addNorm(
  shapes: Map<string, readonly number[]>,
  name: string,
  channels: number,
): void {
  for (const part of ["weight", "bias", "running_mean", "running_var"]) {
    shapes.set(`${name}.${part}`, [channels]);
  }
}

/** Name, output channels, input channels, height and width of a convolution with batch norm. */
type ConvNorm = [
  name: string,
  outputs: number,
  inputs: number,
  height: number,
  width: number,
];

function* convNorms(): Generator<ConvNorm> {
  yield ["conv2d_1a", 32, 3, 3, 3];
  yield ["conv2d_2a", 32, 32, 3, 3];
  yield ["conv2d_2b", 64, 32, 3, 3];
  yield ["conv2d_3b", 80, 64, 1, 1];
  yield ["conv2d_4a", 192, 80, 3, 3];
  yield ["conv2d_4b", 256, 192, 3, 3];
  for (let i = 0; i < 5; i++) {
    yield [`repeat_1.${i}.branch0`, 32, 256, 1, 1];
    yield [`repeat_1.${i}.branch1.0`, 32, 256, 1, 1];
    yield [`repeat_1.${i}.branch1.1`, 32, 32, 3, 3];
    yield [`repeat_1.${i}.branch2.0`, 32, 256, 1, 1];
    yield [`repeat_1.${i}.branch2.1`, 32, 32, 3, 3];
    yield [`repeat_1.${i}.branch2.2`, 32, 32, 3, 3];
  }
  yield ["mixed_6a.branch0", 384, 256, 3, 3];
  yield ["mixed_6a.branch1.0", 192, 256, 1, 1];
  yield ["mixed_6a.branch1.1", 192, 192, 3, 3];
  yield ["mixed_6a.branch1.2", 256, 192, 3, 3];
  for (let i = 0; i < 10; i++) {
    yield* rowAndColumn(`repeat_2.${i}`, 896, 128, 7);
  }
  yield ["mixed_7a.branch0.0", 256, 896, 1, 1];
  yield ["mixed_7a.branch0.1", 384, 256, 3, 3];
  yield ["mixed_7a.branch1.0", 256, 896, 1, 1];
  yield ["mixed_7a.branch1.1", 256, 256, 3, 3];
  yield ["mixed_7a.branch2.0", 256, 896, 1, 1];
  yield ["mixed_7a.branch2.1", 256, 256, 3, 3];
  yield ["mixed_7a.branch2.2", 256, 256, 3, 3];
  for (let i = 0; i < 5; i++) {
    yield* rowAndColumn(`repeat_3.${i}`, 1792, 192, 3);
  }
  yield* rowAndColumn("block8", 1792, 192, 3);
}

function* rowAndColumn(
  name: string,
  inputs: number,
  channels: number,
  length: number,
): Generator<ConvNorm> {
  yield [`${name}.branch0`, channels, inputs, 1, 1];
  yield [`${name}.branch1.0`, channels, inputs, 1, 1];
  yield [`${name}.branch1.1`, channels, channels, 1, length];
  yield [`${name}.branch1.2`, channels, channels, length, 1];
}

/** Name, output and input channels of the convolutions that end a residual block. */
function* projections(): Generator<
  [name: string, outputs: number, inputs: number]
> {
  for (let i = 0; i < 5; i++) yield [`repeat_1.${i}`, 256, 96];
  for (let i = 0; i < 10; i++) yield [`repeat_2.${i}`, 896, 256];
  for (let i = 0; i < 5; i++) yield [`repeat_3.${i}`, 1792, 384];
  yield ["block8", 1792, 384];
}

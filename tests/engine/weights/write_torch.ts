/** A tensor to be written: numbers in C order. */
export interface WrittenTensor {
  readonly shape: readonly number[];
  readonly data: Float32Array<ArrayBuffer>;
}

/** The parts of a file of torch.save before PyTorch 1.6, in the file's order. */
export function legacyParts(
  tensors: ReadonlyMap<string, WrittenTensor>,
): Uint8Array<ArrayBuffer>[] {
  const keys = [...tensors.keys()].map((_, i) => String(i));
  return [
    bytes(0x80, 2, 0x8a, 10, hex("6cfc9c46f9206aa85019"), 0x2e),
    bytes(0x80, 2, 0x4d, u16(1001), 0x2e),
    bytes(0x80, 2, 0x7d, text("little_endian"), 0x88, 0x73, 0x2e),
    pickleStateDict(tensors),
    bytes(0x80, 2, 0x5d, 0x28, ...keys.map(text), 0x65, 0x2e),
    ...[...tensors.values()].flatMap(({ data }) => [
      bytes(u32(data.length), u32(0)),
      new Uint8Array(data.buffer),
    ]),
  ];
}

/** The pickled ordered dict, protocol 2. */
function pickleStateDict(
  tensors: ReadonlyMap<string, WrittenTensor>,
): Uint8Array<ArrayBuffer> {
  const items = [...tensors].flatMap(([name, { shape, data }], i) => [
    text(name),
    global("torch._utils", "_rebuild_tensor_v2"),
    bytes(0x28, 0x28),
    text("storage"),
    global("torch", "FloatStorage"),
    text(String(i)),
    text("cpu"),
    int(data.length),
    bytes(0x4e, 0x74, 0x51),
    int(0),
    tuple(shape),
    tuple(stridesOf(shape)),
    bytes(0x89),
    orderedDict,
    bytes(0x74, 0x52),
  ]);
  return join([
    bytes(0x80, 2),
    orderedDict,
    bytes(0x28),
    ...items,
    bytes(0x75, 0x2e),
  ]);
}

/** The parts of a file, one behind the other. */
export function join(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(
    parts.reduce((sum, part) => sum + part.length, 0),
  );
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

/** A GLOBAL opcode. */
export function global(module: string, name: string): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(`c${module}\n${name}\n`);
}

/** Bytes and runs of bytes, one behind the other. */
export function bytes(
  ...parts: (number | Uint8Array)[]
): Uint8Array<ArrayBuffer> {
  return join(
    parts.map((part) => typeof part === "number" ? Uint8Array.of(part) : part),
  );
}

const orderedDict = join([
  global("collections", "OrderedDict"),
  bytes(0x29, 0x52),
]);

function text(value: string): Uint8Array<ArrayBuffer> {
  const encoded = new TextEncoder().encode(value);
  return bytes(0x58, u32(encoded.length), encoded);
}

function int(value: number): Uint8Array<ArrayBuffer> {
  return bytes(0x4a, u32(value));
}

function tuple(values: readonly number[]): Uint8Array<ArrayBuffer> {
  return bytes(0x28, ...values.map(int), 0x74);
}

function stridesOf(shape: readonly number[]): number[] {
  return shape.map((_, axis) =>
    shape.slice(axis + 1).reduce((a, b) => a * b, 1)
  );
}

function u16(value: number): Uint8Array<ArrayBuffer> {
  return Uint8Array.of(value & 255, value >> 8);
}

function u32(value: number): Uint8Array<ArrayBuffer> {
  return new Uint8Array(Uint32Array.of(value).buffer);
}

function hex(digits: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.fromHex(digits);
}

import { crc32 } from "node:zlib";

/** A tensor to be written: numbers in C order. */
export interface WrittenTensor {
  readonly shape: readonly number[];
  readonly data: Float32Array<ArrayBuffer>;
}

/** A state dict as torch.save writes it in the zip format since PyTorch 1.6. */
export function writeZipFormat(
  tensors: ReadonlyMap<string, WrittenTensor>,
): Uint8Array<ArrayBuffer> {
  const entries: [string, Uint8Array][] = [
    ["data.pkl", pickleStateDict(tensors, "zip")],
    ["byteorder", new TextEncoder().encode("little")],
  ];
  [...tensors.values()].forEach(({ data }, i) =>
    entries.push([`data/${i}`, new Uint8Array(data.buffer)])
  );
  entries.push(["version", new TextEncoder().encode("3\n")]);
  return writeZip(entries.map(([name, bytes]) => [`archive/${name}`, bytes]));
}

/** The parts of the format before PyTorch 1.6, in the file's order. */
export function legacyParts(
  tensors: ReadonlyMap<string, WrittenTensor>,
): Uint8Array<ArrayBuffer>[] {
  const keys = [...tensors.keys()].map((_, i) => String(i));
  return [
    bytes(0x80, 2, 0x8a, 10, hex("6cfc9c46f9206aa85019"), 0x2e),
    bytes(0x80, 2, 0x4d, u16(1001), 0x2e),
    bytes(0x80, 2, 0x7d, text("little_endian"), 0x88, 0x73, 0x2e),
    pickleStateDict(tensors, "legacy"),
    bytes(0x80, 2, 0x5d, 0x28, ...keys.map(text), 0x65, 0x2e),
    ...[...tensors.values()].flatMap(({ data }) => [
      bytes(u32(data.length), u32(0)),
      new Uint8Array(data.buffer),
    ]),
  ];
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

/** A zip archive of stored entries. @param method 0 is stored; another one only pretends */
export function writeZip(
  entries: readonly (readonly [string, Uint8Array])[],
  method = 0,
): Uint8Array<ArrayBuffer> {
  const locals: Uint8Array[] = [];
  const directory: Uint8Array[] = [];
  let offset = 0;
  for (const [name, content] of entries) {
    const label = new TextEncoder().encode(name);
    // torch pads the local header so that data starts at a multiple of 64.
    const padding = new Uint8Array(63 - (offset + 30 + label.length + 63) % 64);
    const common = bytes(
      u16(0),
      u16(0),
      u16(method),
      u32(0),
      u32(crc32(content)),
      u32(content.length),
      u32(content.length),
      u16(label.length),
    );
    const local = join([
      bytes(0x50, 0x4b, 3, 4),
      common,
      bytes(u16(padding.length)),
      label,
      padding,
      content,
    ]);
    directory.push(
      bytes(0x50, 0x4b, 1, 2, u16(0)),
      common,
      bytes(u16(0), u16(0), u16(0), u16(0), u32(0), u32(offset)),
      label,
    );
    locals.push(local);
    offset += local.length;
  }
  const central = join(directory);
  const count = u16(entries.length);
  return join([
    ...locals,
    central,
    bytes(
      0x50,
      0x4b,
      5,
      6,
      u32(0),
      count,
      count,
      u32(central.length),
      u32(offset),
      u16(0),
    ),
  ]);
}

/** The pickled ordered dict, protocol 2; the legacy format's persistent ids have one part more. */
export function pickleStateDict(
  tensors: ReadonlyMap<string, WrittenTensor>,
  format: "legacy" | "zip",
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
    format === "legacy" ? bytes(0x4e) : bytes(),
    bytes(0x74, 0x51),
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

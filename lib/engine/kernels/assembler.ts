/**
 * The little of WebAssembly's binary format that this project's own kernels need, so that no
 * compiled file needs trust. Opcodes are those of the core specification 2.0, chapter 5.4, and of
 * the relaxed SIMD proposal.
 */

const I32 = 0x7f;
const F32 = 0x7d;
const V128 = 0x7b;
const END = 0x0b;

/** Instructions: bytes, in groups of any depth. */
export type Code = number | readonly Code[];

/** A whole number without sign, as LEB128. */
function unsigned(value: number): number[] {
  const low = value & 0x7f;
  const rest = value >>> 7;
  return rest === 0 ? [low] : [low | 0x80, ...unsigned(rest)];
}

/** A whole number with sign, as LEB128. */
function signed(value: number): number[] {
  const low = value & 0x7f;
  const rest = value >> 7;
  const ends = rest === (low & 0x40 ? -1 : 0);
  return ends ? [low] : [low | 0x80, ...signed(rest)];
}

export const get = (local: number) => [0x20, ...unsigned(local)];
export const set = (local: number) => [0x21, ...unsigned(local)];
export const tee = (local: number) => [0x22, ...unsigned(local)];
export const i32 = {
  constant: (value: number) => [0x41, ...signed(value)],
  add: [0x6a],
  subtract: [0x6b],
  multiply: [0x6c],
  and: [0x71],
  or: [0x72],
  shiftLeft: [0x74],
  shiftRight: [0x76],
  lessThan: [0x49],
  load: (offset: number) => [0x28, 2, ...unsigned(offset)],
  /** The lowest byte. */
  storeByte: (offset: number) => [0x3a, 0, ...unsigned(offset)],
};
/** Repeats while the number that `body` leaves is not 0. */
export const loopWhile = (body: Code): Code => [0x03, 0x40, body, 0x0d, 0, END];
/** Code for each of 0 ... count - 1, one after the other. */
export const each = (count: number, code: (index: number) => Code): Code =>
  Array.from({ length: count }, (_, index) => code(index));
/** Adds a local number to another. */
export const advance = (
  local: number,
  by: Code,
): Code => [get(local), by, i32.add, set(local)];

/** 128 bits of anything. */
export const v128 = {
  constant: (bytes: readonly number[]) => [0xfd, 0x0c, ...bytes],
  zero: [0xfd, 0x0c, ...new Array<number>(16).fill(0)],
  load: (offset: number) => [0xfd, 0x00, 0, ...unsigned(offset)],
  /** 4 bytes, then zeros. */
  loadQuarter: (offset: number) => [0xfd, 0x5c, 0, ...unsigned(offset)],
  /** 8 bytes, then zeros. */
  loadHalf: (offset: number) => [0xfd, 0x5d, 0, ...unsigned(offset)],
  /** Picks bytes of the first by the second; 255 picks 0. */
  swizzle: [0xfd, 0x0e],
  and: [0xfd, 0x4e],
};

/** Eight 16-bit integers. */
export const i16x8 = {
  fromLowBytes: [0xfd, 0x89, 0x01],
  fromHighBytes: [0xfd, 0x8a, 0x01],
};

/** Four 32-bit integers. */
export const i32x4 = {
  fromLow16: [0xfd, 0xa9, 0x01],
  fromHigh16: [0xfd, 0xaa, 0x01],
  fromFloats: [0xfd, 0xf8, 0x01],
  splat: [0xfd, 0x11],
  lane: (index: number) => [0xfd, 0x1b, index],
  add: [0xfd, 0xae, 0x01],
  subtract: [0xfd, 0xb1, 0x01],
  lesser: [0xfd, 0xb6, 0x01],
  greater: [0xfd, 0xb8, 0x01],
  /** Multiplies 16-bit integers and adds neighbours. */
  dotOf16: [0xfd, 0xba, 0x01],
};

/** One 32-bit float. */
export const f32 = {
  add: [0x92],
  store: [0x38, 2, 0],
};

/** Four 32-bit floats. */
export const f32x4 = {
  constant: (value: number) => [
    ...[0x43, ...new Uint8Array(Float32Array.of(value).buffer)],
    ...[0xfd, 0x13],
  ],
  fromIntegers: [0xfd, 0xfa, 0x01],
  fromUnsigned: [0xfd, 0xfb, 0x01],
  load: (offset: number) => [0xfd, 0x00, 2, ...unsigned(offset)],
  /** One number four times. */
  loadSplat: (offset: number) => [0xfd, 0x09, 2, ...unsigned(offset)],
  store: (offset: number) => [0xfd, 0x0b, 2, ...unsigned(offset)],
  splat: [0xfd, 0x13],
  lane: (index: number) => [0xfd, 0x1f, index],
  add: [0xfd, 0xe4, 0x01],
  subtract: [0xfd, 0xe5, 0x01],
  multiply: [0xfd, 0xe6, 0x01],
  /** Lesser and greater of two, as one machine instruction each. */
  lesser: [0xfd, 0xea, 0x01],
  greater: [0xfd, 0xeb, 0x01],
  /** a * b + c, rounded once or twice, as the processor prefers. */
  relaxedMultiplyAdd: [0xfd, 0x85, 0x02],
};

/** Writes the lowest byte of a vector's first three integers, one after the other. */
export const storeRgb = (place: number, vector: number): Code =>
  each(3, (channel) => [
    [get(place), get(vector), i32x4.lane(channel), i32.storeByte(channel)],
  ]);

const bytesOf = (code: Code): readonly number[] =>
  typeof code === "number" ? [code] : code.flatMap(bytesOf);
const text = (word: string) => sized([...new TextEncoder().encode(word)]);
const sized = (bytes: readonly number[]) => [
  ...unsigned(bytes.length),
  ...bytes,
];
const section = (id: number, bytes: readonly number[]) => [id, ...sized(bytes)];

/**
 * A module of one exported function `run` without result, which works on `js.memory`.
 *
 * @param parameters how many there are: integers and places first, then floats
 * @param locals how many follow them: integers first, then vectors
 */
export function moduleOf(
  parameters: { readonly i32: number; readonly f32?: number },
  locals: { readonly i32?: number; readonly v128: number },
  body: Code,
): Uint8Array<ArrayBuffer> {
  const taken = [
    ...new Array<number>(parameters.i32).fill(I32),
    ...new Array<number>(parameters.f32 ?? 0).fill(F32),
  ];
  const declared = [
    ...[2, ...unsigned(locals.i32 ?? 0), I32],
    ...[...unsigned(locals.v128), V128],
  ];
  const mostPages = unsigned(65536);
  return Uint8Array.from([
    ...[0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00], // "\0asm", version 1
    ...section(1, [1, 0x60, ...sized(taken), 0]),
    ...section(2, [1, ...text("js"), ...text("memory"), 2, 1, 1, ...mostPages]),
    ...section(3, [1, 0]),
    ...section(7, [1, ...text("run"), 0x00, 0]),
    ...section(10, [1, ...sized([...declared, ...bytesOf(body), END])]),
  ]);
}

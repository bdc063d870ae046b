/**
 * How many rows the loop compares at once, each from its own part of the matrix: a processor fetches
 * ahead within a page of memory only, so four pages on the way hide what one alone would wait for.
 */
export const STREAMS = 4;

/**
 * The loop of `distance_kernel.ts` as a WebAssembly module, assembled here so that no compiled file
 * needs trust. `distances(probe, rowBytes, end, row0…, out0…)`: all are places in memory; each
 * stream starts at its row and writes one 32-bit squared distance per row from its out on; `end` is
 * where the first stream's rows end. Opcodes are those of the WebAssembly core specification 2.0,
 * chapter 5.4.
 */
export function distanceModule(): WebAssembly.Module {
  const parameters = new Array<number>(LOCALS_START).fill(I32);
  return new WebAssembly.Module(Uint8Array.from([
    ...[0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00], // "\0asm", version 1
    ...section(1, [1, 0x60, ...sized(parameters), 0]), // one type without result
    ...section(2, [1, ...text("js"), ...text("memory"), 0x02, ...memoryLimits]),
    ...section(3, [1, 0]), // one function of type 0
    ...section(7, [1, ...text("distances"), 0x00, 0]),
    ...section(10, [1, ...sized([...LOCALS, ...rowLoop(), END])]),
  ]));
}

const memoryLimits = [0x01, 1, ...unsigned(65536)];
const I32 = 0x7f;
const V128 = 0x7b;
const END = 0x0b;

// Parameters first, then locals; the numbers are their indices.
const PROBE = 0;
const ROW_BYTES = 1;
const ROWS_END = 2;
const row = (stream: number) => 3 + stream;
const out = (stream: number) => 3 + STREAMS + stream;
const LOCALS_START = 3 + 2 * STREAMS;
const AT = LOCALS_START;
const PROBE_END = LOCALS_START + 1;
const sum = (stream: number) => LOCALS_START + 2 + stream;
const NUMBERS = LOCALS_START + 2 + STREAMS;
const DIFFERENCE = NUMBERS + 1;
const LOCALS = [2, 2, I32, STREAMS + 2, V128];
const eachStream = (code: (stream: number) => number[]) =>
  Array.from({ length: STREAMS }, (_, stream) => code(stream)).flat();

const get = (local: number) => [0x20, local];
const set = (local: number) => [0x21, local];
const tee = (local: number) => [0x22, local];
const i32Add = [0x6a];
const i32LessThan = [0x49];
const f32Add = [0x92];
const loop = (body: number[]) => [0x03, 0x40, ...body, END];
const repeatIf = [0x0d, 0];
const f32Store = [0x38, 2, 0];
const vectorLoad = (offset: number) => [0xfd, 0x00, 2, offset];
const vectorZero = [0xfd, 0x0c, ...new Array<number>(16).fill(0)];
const vectorAdd = [0xfd, 0xe4, 0x01];
const vectorSubtract = [0xfd, 0xe5, 0x01];
const vectorMultiply = [0xfd, 0xe6, 0x01];
const lane = (index: number) => [0xfd, 0x1f, index];
const advance = (
  local: number,
  bytes: number,
) => [...get(local), 0x41, ...signed(bytes), ...i32Add, ...set(local)];

function rowLoop(): number[] {
  return loop([
    ...get(PROBE),
    ...tee(AT),
    ...get(ROW_BYTES),
    ...i32Add,
    ...set(PROBE_END),
    ...eachStream((stream) => [...vectorZero, ...set(sum(stream))]),
    ...loop([
      ...[0, 16, 32, 48].flatMap(addSquares),
      ...eachStream((stream) => advance(row(stream), 64)),
      ...advance(AT, 64),
      ...get(AT),
      ...get(PROBE_END),
      ...i32LessThan,
      ...repeatIf,
    ]),
    ...eachStream(storeSum),
    ...eachStream((stream) => advance(out(stream), 4)),
    ...get(row(0)),
    ...get(ROWS_END),
    ...i32LessThan,
    ...repeatIf,
  ]);
}

/** For each stream: sum += (row[offset] - probe[offset])², four numbers at once. */
function addSquares(offset: number): number[] {
  return [
    ...get(AT),
    ...vectorLoad(offset),
    ...set(NUMBERS),
    ...eachStream((stream) => [
      ...get(sum(stream)),
      ...get(row(stream)),
      ...vectorLoad(offset),
      ...get(NUMBERS),
      ...vectorSubtract,
      ...tee(DIFFERENCE),
      ...get(DIFFERENCE),
      ...vectorMultiply,
      ...vectorAdd,
      ...set(sum(stream)),
    ]),
  ];
}

/** *out = the sum of the four numbers of a stream's sum. */
function storeSum(stream: number): number[] {
  return [
    ...get(out(stream)),
    ...get(sum(stream)),
    ...lane(0),
    ...[1, 2, 3].flatMap((i) => [...get(sum(stream)), ...lane(i), ...f32Add]),
    ...f32Store,
  ];
}

function section(id: number, content: number[]): number[] {
  return [id, ...sized(content)];
}

function sized(content: number[]): number[] {
  return [...unsigned(content.length), ...content];
}

function text(value: string): number[] {
  return sized([...new TextEncoder().encode(value)]);
}

/** LEB128, unsigned. */
function unsigned(value: number): number[] {
  const rest = value >>> 7;
  return rest === 0
    ? [value & 0x7f]
    : [(value & 0x7f) | 0x80, ...unsigned(rest)];
}

/** LEB128, signed, for the non-negative numbers used here. */
function signed(value: number): number[] {
  return value < 64 ? [value] : [(value & 0x7f) | 0x80, ...signed(value >> 7)];
}

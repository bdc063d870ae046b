/**
 * The loop of `distance_kernel.ts` as a WebAssembly module, assembled here so that no compiled file
 * needs trust: `distances(probe, row, end, out, rowBytes)` runs from byte `row` to byte `end` of the
 * memory and writes one 32-bit squared distance per row to `out`. Opcodes are those of the
 * WebAssembly core specification 2.0, chapter 5.4.
 */
export function distanceModule(): WebAssembly.Module {
  return new WebAssembly.Module(Uint8Array.from([
    ...[0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00], // "\0asm", version 1
    ...section(1, [1, 0x60, 5, I32, I32, I32, I32, I32, 0]), // one type: five numbers, no result
    ...section(2, [
      1,
      ...text("js"),
      ...text("memory"),
      0x02,
      0x01,
      1,
      ...unsigned(65536),
    ]),
    ...section(3, [1, 0]), // one function of type 0
    ...section(7, [1, ...text("distances"), 0x00, 0]),
    ...section(10, [1, ...sized([...LOCALS, ...rowLoop(), END])]),
  ]));
}

const I32 = 0x7f;
const V128 = 0x7b;
const END = 0x0b;

// Parameters first, then locals; the numbers are their indices.
const [PROBE, ROW, ROWS_END, OUT, ROW_BYTES, AT, ROW_END] = [
  0,
  1,
  2,
  3,
  4,
  5,
  6,
];
/** Four running sums, so that no addition waits for the one before it. */
const SUMS = [7, 8, 9, 10];
const DIFFERENCE = 11;
const LOCALS = [2, 2, I32, 5, V128];

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
    ...get(PROBE!),
    ...set(AT!),
    ...get(ROW!),
    ...get(ROW_BYTES!),
    ...i32Add,
    ...set(ROW_END!),
    ...SUMS.flatMap((sum) => [...vectorZero, ...set(sum)]),
    ...loop([
      ...SUMS.flatMap((sum, i) => addSquares(sum, i * 16)),
      ...advance(AT!, 64),
      ...advance(ROW!, 64),
      ...get(ROW!),
      ...get(ROW_END!),
      ...i32LessThan,
      ...repeatIf,
    ]),
    ...storeSum(),
    ...advance(OUT!, 4),
    ...get(ROW!),
    ...get(ROWS_END!),
    ...i32LessThan,
    ...repeatIf,
  ]);
}

/** sum += (row[offset] - probe[offset])², four numbers at once. */
function addSquares(sum: number, offset: number): number[] {
  return [
    ...get(sum),
    ...get(ROW!),
    ...vectorLoad(offset),
    ...get(AT!),
    ...vectorLoad(offset),
    ...vectorSubtract,
    ...tee(DIFFERENCE),
    ...get(DIFFERENCE),
    ...vectorMultiply,
    ...vectorAdd,
    ...set(sum),
  ];
}

/** *out = the sum of all four lanes of all four sums. */
function storeSum(): number[] {
  const [a, b, c, d] = SUMS;
  return [
    ...get(OUT!),
    ...get(a!),
    ...get(b!),
    ...vectorAdd,
    ...get(c!),
    ...get(d!),
    ...vectorAdd,
    ...vectorAdd,
    ...tee(DIFFERENCE),
    ...lane(0),
    ...[1, 2, 3].flatMap((i) => [...get(DIFFERENCE), ...lane(i), ...f32Add]),
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

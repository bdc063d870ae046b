import {
  advance,
  f32x4,
  get,
  i16x8,
  I32,
  i32,
  i32x4,
  loopWhile,
  moduleOf,
  set,
  V128,
  v128,
} from "./assembler.ts";

/**
 * Turns a column of 8 bytes a row into a panel of floats: each byte plus an offset, times its
 * channel's factor. The quantiser of TensorFlow.js makes the offset a whole number, so that this
 * order rounds once. Places in bytes.
 *
 * @param pitch from a row of bytes to the next
 * @param channels place of 8 factors, then the offset
 */
export type UnpackPanel = (
  from: number,
  pitch: number,
  channels: number,
  panel: number,
  panelEnd: number,
) => void;

/** The kernel as a module. */
export function unpackModule(): WebAssembly.Module {
  const FROM = 0, PITCH = 1, CHANNELS = 2, PANEL = 3, PANEL_END = 4;
  const BYTES = 5;
  const factors = [6, 7];
  const OFFSET = 8;
  const half = (index: number) => [
    ...[...get(PANEL), ...get(BYTES)],
    ...(index === 0 ? i32x4.fromLow16 : i32x4.fromHigh16),
    ...[...f32x4.fromIntegers, ...get(OFFSET), ...f32x4.add],
    ...[...get(factors[index]!), ...f32x4.multiply, ...f32x4.store(index * 16)],
  ];
  return new WebAssembly.Module(moduleOf(new Array<number>(5).fill(I32), [
    { type: V128, count: 4 },
  ], [
    ...[...get(CHANNELS), ...f32x4.loadSplat(32), ...set(OFFSET)],
    ...factors.flatMap((local, index) => [
      ...[...get(CHANNELS), ...f32x4.load(index * 16), ...set(local)],
    ]),
    ...loopWhile([
      ...[...get(FROM), ...v128.loadHalf(0), ...i16x8.fromLowBytes],
      ...[...set(BYTES), ...half(0), ...half(1)],
      ...advance(FROM, get(PITCH)),
      ...advance(PANEL, i32.constant(32)),
      ...[...get(PANEL), ...get(PANEL_END), ...i32.lessThan],
    ]),
  ]));
}

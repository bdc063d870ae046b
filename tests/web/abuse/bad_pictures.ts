import { crc32, deflateSync } from "node:zlib";

type Bytes = Uint8Array<ArrayBuffer>;

/** Bytes of a text. */
export function bytesOf(text: string): Bytes {
  return new TextEncoder().encode(text);
}

/** Several pieces as one. */
export function joined(...parts: readonly Uint8Array[]): Bytes {
  const all = new Uint8Array(
    parts.reduce((sum, { length }) => sum + length, 0),
  );
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

/** How a PNG is made. */
export interface PngShape {
  readonly width: number;
  readonly height: number;
  readonly bitDepth?: 8 | 16;
  /** Its packed rows; rows of zeros unless told. */
  readonly packed?: Uint8Array;
}

/** A grey PNG, right in all its checksums. Zeros pack a thousand to one: a bomb in a small file. */
export function png({ width, height, bitDepth = 8, packed }: PngShape): Bytes {
  const rowBytes = 1 + width * bitDepth / 8;
  const head = new Uint8Array(13);
  const view = new DataView(head.buffer);
  view.setUint32(0, width);
  view.setUint32(4, height);
  head[8] = bitDepth;
  const rows = packed ??
    deflateSync(new Uint8Array(rowBytes * height), { level: 9 });
  return joined(
    new Uint8Array([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
    pngChunk("IHDR", head),
    pngChunk("IDAT", rows),
    pngChunk("IEND", new Uint8Array()),
  );
}

function pngChunk(type: string, data: Uint8Array): Bytes {
  const body = joined(bytesOf(type), data);
  const ends = new DataView(new ArrayBuffer(8));
  ends.setUint32(0, data.length);
  ends.setUint32(4, crc32(body));
  const [length, checksum] = [0, 4].map((at) =>
    new Uint8Array(ends.buffer, at, 4)
  );
  return joined(length!, body, checksum!);
}

/** An animation of one-colored frames. */
export function animatedGif(frames: number): Bytes {
  const screen = [16, 0, 16, 0, 0x80, 0, 0, 0, 0, 0, 255, 255, 255];
  const image = [
    0x2c,
    0,
    0,
    0,
    0,
    16,
    0,
    16,
    0,
    0,
    2,
    5,
    0x84,
    0x8f,
    0xa9,
    0xcb,
    0xed,
    0,
  ]; // deno-fmt-ignore
  return joined(
    bytesOf("GIF89a"),
    new Uint8Array(screen),
    ...Array(frames).fill(new Uint8Array(image)),
    new Uint8Array([0x3b]),
  );
}

/** A little-endian TIFF whose directory and strips point wherever told. */
export function tiff(
  { directoryAt = 8, stripAt = 0xfffffff0, width = 100, height = 100 },
): Bytes {
  const entries = [
    [256, 4, 1, width],
    [257, 4, 1, height],
    [258, 3, 1, 8],
    [259, 3, 1, 1],
    [262, 3, 1, 1],
    [273, 4, 1, stripAt],
    [277, 3, 1, 1],
    [278, 4, 1, height],
    [279, 4, 1, 0x7fffffff],
  ] as const;
  const view = new DataView(new ArrayBuffer(14 + entries.length * 12));
  view.setUint16(0, 0x4949);
  view.setUint16(2, 42, true);
  view.setUint32(4, directoryAt, true);
  view.setUint16(8, entries.length, true);
  for (const [i, [tag, type, count, value]] of entries.entries()) {
    const at = 10 + i * 12;
    view.setUint16(at, tag, true);
    view.setUint16(at + 2, type, true);
    view.setUint32(at + 4, count, true);
    view.setUint32(at + 8, value, true);
  }
  return new Uint8Array(view.buffer);
}

/** A JPEG's first bytes with a size of one's choice. */
export function jpegHeader(width: number, height: number): Bytes {
  const frame = new Uint8Array([
    ...[0xff, 0xc0, 0, 11, 8],
    ...[height >> 8, height & 255, width >> 8, width & 255],
    ...[1, 1, 0x11, 0],
  ]);
  return joined(new Uint8Array([0xff, 0xd8]), frame);
}

export const svg = bytesOf(
  '<?xml version="1.0"?><!DOCTYPE svg [<!ENTITY x SYSTEM "file:///etc/passwd">]>' +
    '<svg xmlns="http://www.w3.org/2000/svg" width="64" height="64"><text>&x;</text>' +
    '<image href="file:///etc/passwd"/></svg>',
);

import type { ByteFile } from "./byte_file.ts";

const windowBytes = 1 << 16;
/** Longest text in a pickle; names of tensors have some dozens of letters. */
const maxTextBytes = 1 << 16;

/** Reads a file's numbers and texts one after the other, little-endian. */
export class ByteReader {
  #window: Uint8Array<ArrayBuffer> = new Uint8Array(0);
  #windowStart = 0;

  /** @param position first byte @param end byte after the last that may be read */
  constructor(
    readonly file: ByteFile,
    public position = 0,
    readonly end = file.size,
  ) {}

  /** @throws WeightsError when fewer bytes are left. */
  take(length: number): Uint8Array<ArrayBuffer> {
    if (this.position + length > this.end) {
      throw this.file.damaged(`it is cut off at byte ${this.end}`);
    }
    const from = this.position - this.#windowStart;
    if (from < 0 || from + length > this.#window.length) {
      const size = Math.min(
        Math.max(length, windowBytes),
        this.end - this.position,
      );
      this.#window = this.file.read(this.position, size);
      this.#windowStart = this.position;
      return this.#advance(0, length);
    }
    return this.#advance(from, length);
  }

  #advance(from: number, length: number): Uint8Array<ArrayBuffer> {
    this.position += length;
    return this.#window.subarray(from, from + length);
  }

  #view(length: number): DataView {
    const { buffer, byteOffset } = this.take(length);
    return new DataView(buffer, byteOffset, length);
  }

  u8(): number {
    return this.take(1)[0]!;
  }

  u16(): number {
    return this.#view(2).getUint16(0, true);
  }

  u32(): number {
    return this.#view(4).getUint32(0, true);
  }

  i32(): number {
    return this.#view(4).getInt32(0, true);
  }

  i64(): bigint {
    return this.#view(8).getBigInt64(0, true);
  }

  /** A double, big-endian as pickle has it. */
  f64BigEndian(): number {
    return this.#view(8).getFloat64(0, false);
  }

  /** UTF-8 text. @throws WeightsError when it is longer than any name. */
  text(length: number): string {
    if (length > maxTextBytes) {
      throw this.file.damaged(
        `it holds a text of ${length} bytes, longer than any name`,
      );
    }
    return new TextDecoder().decode(this.take(length));
  }

  /** Text up to the next line feed, which is skipped. */
  line(): string {
    const start = this.position;
    let length = 0;
    while (this.u8() !== 0x0a) length++;
    this.position = start;
    const text = this.text(length);
    this.position++;
    return text;
  }
}

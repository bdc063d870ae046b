import type { StorageKind } from "./torch_pickle.ts";

/**
 * A storage's bytes as float32; other kinds are converted. Little-endian, as all machines that
 * Deno runs on are.
 */
export function storageNumbers(
  kind: StorageKind,
  { buffer }: Uint8Array<ArrayBuffer>,
): Float32Array<ArrayBuffer> {
  switch (kind) {
    case "FloatStorage":
      return new Float32Array(buffer);
    case "DoubleStorage":
      return Float32Array.from(new Float64Array(buffer));
    case "HalfStorage":
      return Float32Array.from(new Uint16Array(buffer), halfToNumber);
    case "BFloat16Storage":
      // The upper half of a float32.
      return new Float32Array(
        Uint32Array.from(new Uint16Array(buffer), (bits) => bits << 16).buffer,
      );
    case "LongStorage":
      return Float32Array.from(new BigInt64Array(buffer), Number);
    case "IntStorage":
      return Float32Array.from(new Int32Array(buffer));
    case "ShortStorage":
      return Float32Array.from(new Int16Array(buffer));
    case "CharStorage":
      return Float32Array.from(new Int8Array(buffer));
    case "ByteStorage":
    case "BoolStorage":
      return Float32Array.from(new Uint8Array(buffer));
  }
}

/** IEEE 754 half precision: 1 sign, 5 exponent and 10 fraction bits. */
function halfToNumber(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = bits >> 10 & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 31) return fraction ? NaN : sign * Infinity;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

import type { Photo } from "./photo.ts";
import type { Similarity } from "./similarity.ts";
import {
  fractionBits,
  readBehind,
  startSampleKernel,
  weightBits,
} from "./sample_kernel.ts";

const one = 1 << fractionBits;
/** More samples a pixel than this squared would overflow the sum of them. */
const mostPerSide = 22;

let kernel: ReturnType<typeof startSampleKernel> | undefined;

/**
 * Cuts a square of `sizePx` out of a photo; `map` takes its pixels to the photo's. Bilinear; where one pixel
 * of the result covers several of the photo, that many are averaged, so that detail does not
 * alias. Beyond the photo's edge the nearest edge pixel counts.
 */
export function sampleSquare(
  photo: Photo,
  map: Similarity,
  sizePx: number,
): Photo {
  const { arena, sampleRow } = kernel ??= startSampleKernel();
  const { a, b } = map;
  const perSide = Math.min(
    mostPerSide,
    Math.max(1, Math.ceil(Math.hypot(a, b) - 0.25)),
  );
  const step = 1 / perSide;
  const share = 1 / (perSide * perSide * (1 << weightBits));
  const { top, rows } = rowsUnder(photo, map, sizePx);
  const pitch = photo.width * 3;
  const [limitsAt, stepsAt, outAt, pixelsAt] = arena.layOut(
    16,
    64,
    sizePx * 3,
    rows.length + pitch + readBehind,
  );
  const { buffer } = arena.memory;
  new Uint8Array(buffer, pixelsAt).set(rows);
  const lastX = (photo.width - 1) * one;
  const lastY = (rows.length / pitch - 1) * one;
  new Int32Array(buffer, limitsAt, 4).set([lastX, lastY, lastX, lastY]);
  const steps = new Float32Array(buffer, stepsAt, 16);
  const line = new Uint8Array(buffer, outAt, sizePx * 3);
  const data = new Uint8Array(sizePx * sizePx * 3);
  const across = [a * one, b * one] as const;
  const down = [-b * one, a * one] as const;
  const both = (x: number, y: number) => [x, y, x, y];
  const first = 0.5 * step - 0.5;
  for (let v = 0; v < sizePx; v++) {
    // Half a unit is added so that cutting to whole ones rounds.
    const x = map.tx * one + across[0] * first + down[0] * (v + first) + 0.5;
    const y = (map.ty - top) * one + across[1] * first +
      down[1] * (v + first) + 0.5;
    steps.set([
      ...both(x, y),
      ...both(...across),
      ...both(across[0] * step, across[1] * step),
      ...both(down[0] * step, down[1] * step),
    ]);
    const end = outAt + sizePx * 3;
    sampleRow(pixelsAt, pitch, limitsAt, stepsAt, perSide, outAt, end, share);
    data.set(line, v * sizePx * 3);
  }
  return { data, width: sizePx, height: sizePx };
}

/** The photo's rows that a square reaches, at least one. */
function rowsUnder(
  { data, width, height }: Photo,
  { a, b, ty }: Similarity,
  sizePx: number,
): { top: number; rows: Uint8Array } {
  const corners = [-1, sizePx].flatMap((u) =>
    [-1, sizePx].map((v) => b * u + a * v + ty)
  );
  const within = (y: number) => Math.min(Math.max(y, 0), height - 1);
  const top = within(Math.floor(Math.min(...corners)));
  const bottom = within(Math.ceil(Math.max(...corners)) + 1);
  const pitch = width * 3;
  return { top, rows: data.subarray(top * pitch, (bottom + 1) * pitch) };
}

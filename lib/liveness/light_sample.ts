import type { Photo } from "../image/photo.ts";
import type { HeadPose } from "./head_pose.ts";

/** What a frame says of the light in it: means of linear light, red, green and blue of each cell. */
export interface LightSample {
  /**
   * `faceCells.side` squared cells of the face, row by row; they move with the head. NaN where the
   * camera was overexposed: what is clipped cannot follow.
   */
  readonly face: Float32Array;
  /** `frameCells` of the whole frame, row by row; they stay where they are. */
  readonly frame: Float32Array;
  /** Just under the chin; NaN when the frame ends there. */
  readonly neck: Float32Array;
}

/**
 * Where the cells lie on the reference face (`headPose`), in half widths of the face: within
 * its outline, from the hairline to under the lips.
 */
export const faceCells = {
  side: 9,
  left: -0.72,
  right: 0.72,
  top: -0.7,
  bottom: 1.3,
};
/** How many cells the whole frame is divided into. */
export const frameCells = { across: 20, down: 25 };
/** Where the neck is looked for; the chin ends at 1.67. */
const neck = { left: -0.4, right: 0.4, top: 1.75, bottom: 2.1 };

/** Of each byte, its linear light (sRGB, IEC 61966-2-1). */
const linearLight = Float32Array.from({ length: 256 }, (_, byte) => {
  const value = byte / 255;
  return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
});

/** A byte this bright counts as clipped (JPEG rings about the edge), and a cell with this share of them. */
const clipped = { byte: 250, share: 0.03 };

/** Averages a frame's light over cells: noise, grain and JPEG's blocks mostly cancel out. */
export function sampleLight(
  { data, width, height }: Photo,
  { rotation, scalePx, originX, originY }: HeadPose,
): LightSample {
  const face = new CellMeans(faceCells.side ** 2);
  const frame = new CellMeans(frameCells.across * frameCells.down);
  const under = new CellMeans(1);
  // The inverse of the map from the reference face's plane z = 0 into the frame.
  const [a, b, c, d] = [rotation[0]!, rotation[1]!, rotation[3]!, rotation[4]!];
  const determinant = (a * d - b * c) * scalePx;
  const columns = faceCells.side / (faceCells.right - faceCells.left);
  const rows = faceCells.side / (faceCells.bottom - faceCells.top);
  for (let y = 0, at = 0; y < height; y++) {
    const frameRow = Math.floor(y / height * frameCells.down) *
      frameCells.across;
    const dy = y - originY;
    for (let x = 0; x < width; x++, at += 3) {
      const cell = frameRow + Math.floor(x / width * frameCells.across);
      frame.add(cell, data, at);
      const dx = x - originX;
      const u = (d * dx - b * dy) / determinant;
      const v = (a * dy - c * dx) / determinant;
      if (
        u > faceCells.left && u < faceCells.right && v > faceCells.top &&
        v < faceCells.bottom
      ) {
        const row = Math.floor((v - faceCells.top) * rows);
        const column = Math.floor((u - faceCells.left) * columns);
        face.add(row * faceCells.side + column, data, at);
      } else if (
        u > neck.left && u < neck.right && v > neck.top && v < neck.bottom
      ) {
        under.add(0, data, at);
      }
    }
  }
  return { face: face.means(), frame: frame.means(), neck: under.means(true) };
}

class CellMeans {
  readonly #sums: Float64Array;
  readonly #counts: Float64Array;
  readonly #clipped: Float64Array;

  constructor(cells: number) {
    this.#sums = new Float64Array(cells * 3);
    this.#counts = new Float64Array(cells);
    this.#clipped = new Float64Array(cells);
  }

  /** Counts the pixel whose bytes begin at `at`. */
  add(cell: number, data: Uint8Array, at: number): void {
    const red = data[at]!;
    const green = data[at + 1]!;
    const blue = data[at + 2]!;
    this.#counts[cell]!++;
    this.#sums[cell * 3]! += linearLight[red]!;
    this.#sums[cell * 3 + 1]! += linearLight[green]!;
    this.#sums[cell * 3 + 2]! += linearLight[blue]!;
    if (Math.max(red, green, blue) >= clipped.byte) this.#clipped[cell]!++;
  }

  /** @param clippedToo whether a clipped cell has a mean, which is then too low */
  means(clippedToo = false): Float32Array {
    return Float32Array.from(this.#sums, (sum, i) => {
      const cell = Math.floor(i / 3);
      const count = this.#counts[cell]!;
      const over = !clippedToo &&
        this.#clipped[cell]! > clipped.share * count;
      return over ? NaN : sum / count;
    });
  }
}

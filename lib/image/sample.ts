import type { Photo } from "./photo.ts";

/** Maps a pixel of the result to a place in the photo: x = a u - b v + tx, y = b u + a v + ty. */
export interface SampleMap {
  readonly a: number;
  readonly b: number;
  readonly tx: number;
  readonly ty: number;
}

/**
 * Cuts a square of `sizePx` out of a photo, turned and scaled by `map`. Bilinear; where one pixel
 * of the result covers several of the photo, that many are averaged, so that detail does not
 * alias. Beyond the photo's edge the nearest edge pixel counts.
 */
export function sampleSquare(
  photo: Photo,
  map: SampleMap,
  sizePx: number,
): Photo {
  const data = new Uint8Array(sizePx * sizePx * 3);
  const perSide = Math.max(1, Math.ceil(Math.hypot(map.a, map.b) - 0.25));
  const step = 1 / perSide;
  const share = step * step;
  const sum = new Float64Array(3);
  for (let v = 0, to = 0; v < sizePx; v++) {
    for (let u = 0; u < sizePx; u++, to += 3) {
      sum.fill(0);
      for (let j = 0; j < perSide; j++) {
        for (let i = 0; i < perSide; i++) {
          const su = u + (i + 0.5) * step - 0.5;
          const sv = v + (j + 0.5) * step - 0.5;
          const x = map.a * su - map.b * sv + map.tx;
          const y = map.b * su + map.a * sv + map.ty;
          addBilinear(photo, x, y, sum);
        }
      }
      data[to] = sum[0]! * share + 0.5;
      data[to + 1] = sum[1]! * share + 0.5;
      data[to + 2] = sum[2]! * share + 0.5;
    }
  }
  return { data, width: sizePx, height: sizePx };
}

function addBilinear(
  photo: Photo,
  x: number,
  y: number,
  sum: Float64Array,
): void {
  const { data, width, height } = photo;
  const cx = x < 0 ? 0 : x > width - 1 ? width - 1 : x;
  const cy = y < 0 ? 0 : y > height - 1 ? height - 1 : y;
  const left = Math.floor(cx);
  const top = Math.floor(cy);
  const fx = cx - left;
  const fy = cy - top;
  const right = left + 1 < width ? 3 : 0;
  const below = top + 1 < height ? width * 3 : 0;
  const at = (top * width + left) * 3;
  for (let c = 0; c < 3; c++) {
    const upper = data[at + c]! * (1 - fx) + data[at + right + c]! * fx;
    const lower = data[at + below + c]! * (1 - fx) +
      data[at + below + right + c]! * fx;
    sum[c]! += upper * (1 - fy) + lower * fy;
  }
}

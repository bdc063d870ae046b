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
  const { data: pixels, width, height } = photo;
  const lastX = width - 1;
  const lastY = height - 1;
  for (let v = 0, to = 0; v < sizePx; v++) {
    for (let u = 0; u < sizePx; u++, to += 3) {
      let r = 0, g = 0, b = 0;
      for (let j = 0; j < perSide; j++) {
        const sv = v + (j + 0.5) * step - 0.5;
        for (let i = 0; i < perSide; i++) {
          const su = u + (i + 0.5) * step - 0.5;
          const x = map.a * su - map.b * sv + map.tx;
          const y = map.b * su + map.a * sv + map.ty;
          const cx = x < 0 ? 0 : x > lastX ? lastX : x;
          const cy = y < 0 ? 0 : y > lastY ? lastY : y;
          const left = cx | 0;
          const top = cy | 0;
          const fx = cx - left;
          const fy = cy - top;
          const nw = (top * width + left) * 3;
          const ne = left < lastX ? nw + 3 : nw;
          const below = top < lastY ? width * 3 : 0;
          const wNw = (1 - fx) * (1 - fy);
          const wNe = fx * (1 - fy);
          const wSw = (1 - fx) * fy;
          const wSe = fx * fy;
          // Written out: a call and a loop over three channels cost more than the arithmetic.
          r += wNw * pixels[nw]! + wNe * pixels[ne]! +
            wSw * pixels[nw + below]! + wSe * pixels[ne + below]!;
          g += wNw * pixels[nw + 1]! + wNe * pixels[ne + 1]! +
            wSw * pixels[nw + below + 1]! + wSe * pixels[ne + below + 1]!;
          b += wNw * pixels[nw + 2]! + wNe * pixels[ne + 2]! +
            wSw * pixels[nw + below + 2]! + wSe * pixels[ne + below + 2]!;
        }
      }
      data[to] = r * share + 0.5;
      data[to + 1] = g * share + 0.5;
      data[to + 2] = b * share + 0.5;
    }
  }
  return { data, width: sizePx, height: sizePx };
}

import type { Photo } from "../../image/photo.ts";

/** A picture in linear light, 1 where a camera of exposure 1 clips; red, green and blue of each pixel. */
export interface LinearPicture {
  readonly data: Float32Array;
  readonly width: number;
  readonly height: number;
}

/** sRGB's bytes as linear light (IEC 61966-2-1), times a factor. */
export function toLinear(
  { data, width, height }: Photo,
  factor: number,
): LinearPicture {
  const light = Float32Array.from({ length: 256 }, (_, byte) => {
    const value = byte / 255;
    return factor *
      (value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4);
  });
  return {
    data: Float32Array.from(data, (byte) => light[byte]!),
    width,
    height,
  };
}

/** A byte's worth of linear light, not rounded. */
export function fromLinear(light: number): number {
  const value = Math.min(1, Math.max(0, light));
  return 255 *
    (value <= 0.0031308 ? 12.92 * value : 1.055 * value ** (1 / 2.4) - 0.055);
}

/** A picture made value by value. @param light from its place in the data, its pixel and its channel */
export function makePicture(
  { width, height }: { readonly width: number; readonly height: number },
  light: (at: number, pixel: number, channel: number) => number,
): LinearPicture {
  const data = new Float32Array(width * height * 3);
  for (let pixel = 0, at = 0; at < data.length; pixel++) {
    for (let c = 0; c < 3; c++, at++) data[at] = light(at, pixel, c);
  }
  return { data, width, height };
}

/** How much of something there is at a place, by shares of the picture's width and height. */
export type Weigh = (x: number, y: number) => number;

const known = new WeakMap<Weigh, Float32Array>();

/** The weights of all pixels; kept, since all pictures are of one size. */
export function weightsOf(
  { width, height }: LinearPicture,
  weigh: Weigh,
): Float32Array {
  let weights = known.get(weigh);
  if (weights?.length !== width * height) {
    weights = Float32Array.from(
      { length: width * height },
      (_, i) => weigh(i % width / width, Math.floor(i / width) / height),
    );
    known.set(weigh, weights);
  }
  return weights;
}

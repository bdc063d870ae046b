import type { Photo } from "../../lib/image/photo.ts";

/** A picture in linear light, 1 where a camera of exposure 1 clips; red, green and blue of each pixel. */
export interface LinearPicture {
  readonly data: Float32Array;
  readonly width: number;
  readonly height: number;
}

/** Of each byte, its linear light (sRGB, IEC 61966-2-1). */
const linearLight = Float32Array.from({ length: 256 }, (_, byte) => {
  const value = byte / 255;
  return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
});

/** A photo as linear light, times a factor. */
export function toLinear(
  { data, width, height }: Photo,
  factor: number,
): LinearPicture {
  const light = linearLight.map((value) => factor * value);
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

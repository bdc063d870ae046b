import type { Photo } from "../../image/photo.ts";
import type { Frame } from "./recordings.ts";

/** Two frames side by side, as of two people before one camera. */
export function beside(left: Frame, right: Frame): Frame {
  return {
    key: `${left.key} beside ${right.key}`,
    photo: async () =>
      joinPhotos(...await Promise.all([left.photo(), right.photo()])),
  };
}

/** Two photos side by side; grey below the lower one. */
function joinPhotos(left: Photo, right: Photo): Photo {
  const width = left.width + right.width;
  const height = Math.max(left.height, right.height);
  const data = new Uint8Array(width * height * 3).fill(128);
  const place = (photo: Photo, x: number) => {
    const length = photo.width * 3;
    for (let y = 0; y < photo.height; y++) {
      const row = photo.data.subarray(y * length, (y + 1) * length);
      data.set(row, (y * width + x) * 3);
    }
  };
  place(left, 0);
  place(right, left.width);
  return { data, width, height };
}

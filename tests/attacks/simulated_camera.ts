import { encodeJpeg } from "../../lib/image/encode.ts";
import { fromLinear, type LinearPicture } from "./linear_picture.ts";

/** What the automatic aims at: 18 % grey, the middle of the picture counting most. */
const grey = 0.18;
const middleWeight = 0.7;
/** How much of the way exposure and white balance go in a frame, and how much they wander. */
const exposure = { follows: 0.1, wanders: 0.01 };
const whiteBalance = { follows: 0.05, strength: 0.5, wanders: 0.004 };

/**
 * A webcam: exposure follows the brightness with a lag and wanders, white balance likewise, each
 * pixel has noise, values clip at full scale, and what comes out is a JPEG.
 *
 * @param noise of each pixel, as a share of full scale; 0.01 to 0.02 in a small frame
 * @param random numbers in [0, 1)
 */
export function createCamera(noise: number, random: () => number) {
  let gain: number | undefined;
  const balance = [1, 1, 1];
  /** Nearly normal, deviation 1: the sum of twelve uniform numbers less their mean. */
  const normal = () => {
    let sum = -6;
    for (let i = 0; i < 12; i++) sum += random();
    return sum;
  };
  // Drawing noise for each pixel anew would take most of the time; a long table is as good.
  const table = Float32Array.from(
    { length: 65_521 },
    () => 255 * noise * normal(),
  );
  return {
    async take(
      { data, width, height }: LinearPicture,
    ): Promise<Uint8Array<ArrayBuffer>> {
      const { middle, channels } = meter({ data, width, height });
      const all = (channels[0]! + channels[1]! + channels[2]!) / 3;
      const wanted = grey / (middleWeight * middle + (1 - middleWeight) * all);
      gain ??= wanted;
      gain *= (wanted / gain) ** exposure.follows *
        Math.exp(exposure.wanders * normal());
      for (let c = 0; c < 3; c++) {
        const even = (all / channels[c]!) ** whiteBalance.strength;
        balance[c]! *= (even / balance[c]!) ** whiteBalance.follows *
          Math.exp(whiteBalance.wanders * normal());
      }
      let at = Math.floor(random() * table.length);
      const bytes = new Uint8ClampedArray(data.length);
      const gains = balance.map((value) =>
        value * gain! * (encoded.length - 1)
      );
      for (let i = 0; i < data.length; i++) {
        if (++at >= table.length) at = 0;
        const light = Math.min(encoded.length - 1, data[i]! * gains[i % 3]!);
        bytes[i] = encoded[light | 0]! + table[at]!;
      }
      const photo = { data: new Uint8Array(bytes.buffer), width, height };
      return await encodeJpeg(photo, 85) as Uint8Array<ArrayBuffer>;
    },
  };
}

/** Bytes of linear light in steps fine enough for the dark. */
const encoded = Float32Array.from(
  { length: 16_385 },
  (_, i) => fromLinear(i / 16_384),
);

/** Mean light of the middle of a picture, and of each channel of all of it. */
function meter({ data, width, height }: LinearPicture) {
  const channels = [0, 0, 0];
  let [middle, count, inMiddle] = [0, 0, 0];
  for (let y = 0; y < height; y += 4) {
    for (let x = 0; x < width; x += 4) {
      const at = (y * width + x) * 3;
      for (let c = 0; c < 3; c++) channels[c]! += data[at + c]!;
      count++;
      if (
        Math.abs(x / width - 0.5) < 0.22 && Math.abs(y / height - 0.48) < 0.24
      ) {
        middle += (data[at]! + data[at + 1]! + data[at + 2]!) / 3;
        inMiddle++;
      }
    }
  }
  return {
    middle: middle / inMiddle,
    channels: channels.map((sum) => sum / count),
  };
}

import sharp from "sharp";
import { randomNumbers } from "../random_numbers.ts";

const jpeg = Deno.readFileSync("registration_photos/andrew_01.jpg");

/** A small photo in each type that is read, jpg for JPEG. */
export const samples: Readonly<Record<string, Uint8Array>> = Object.fromEntries(
  await Promise.all(
    (["jpeg", "png", "webp", "tiff", "gif", "avif"] as const).map(
      async (format) => [
        format.replace("jpeg", "jpg"),
        new Uint8Array(
          await sharp(jpeg).resize(96, 120).toFormat(format).toBuffer(),
        ),
      ],
    ),
  ),
);

/** Files that were real ones: cut off, bits flipped, filled with zeros or ones, or another type's content behind their first bytes. */
export function* brokenFiles(count: number): Generator<Uint8Array> {
  const random = randomNumbers(7);
  const below = (end: number) => Math.floor(random() * end);
  const changes: ((bytes: Uint8Array) => Uint8Array)[] = [
    (bytes) => bytes.slice(0, below(bytes.length)),
    (bytes) => {
      for (let flips = 1 + below(40); flips > 0; flips--) {
        bytes[below(bytes.length)]! ^= 1 << below(8);
      }
      return bytes;
    },
    (bytes) => bytes.fill(0, 4 + below(60)),
    (bytes) => bytes.fill(255, 4 + below(60)),
    (bytes) => new Uint8Array([...bytes.slice(0, 12), ...jpeg.slice(0, 3000)]),
  ];
  const all = Object.values(samples);
  for (let i = 0; i < count; i++) {
    const change = changes[Math.floor(i / all.length) % changes.length]!;
    yield change(all[i % all.length]!.slice());
  }
}

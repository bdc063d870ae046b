import assert from "node:assert/strict";
import sharp from "sharp";
import { PhotoError } from "../../lib/errors.ts";
import { decodePhoto, workingPx } from "../../lib/image/decode.ts";
import type { Photo } from "../../lib/image/photo.ts";

const jpeg = Deno.readFileSync("registration_photos/andrew_01.jpg");

/** Mean absolute difference of two photos' bytes, grey levels. */
function meanDifference(a: Photo, b: Photo): number {
  assert.deepEqual([a.width, a.height], [b.width, b.height]);
  let sum = 0;
  for (let i = 0; i < a.data.length; i++) {
    sum += Math.abs(a.data[i]! - b.data[i]!);
  }
  return sum / a.data.length;
}

async function bothDecoders(
  bytes: Uint8Array,
  longestPx?: number,
): Promise<[Photo, Photo]> {
  const options = longestPx === undefined ? {} : { longestPx };
  return await Promise.all([
    decodePhoto(bytes, { ...options, decoder: "sharp" }),
    decodePhoto(bytes, { ...options, decoder: "imagescript" }),
  ]);
}

const variants: Record<string, () => Promise<Uint8Array>> = {
  "a baseline JPEG": () => Promise.resolve(jpeg),
  "a progressive JPEG": () =>
    sharp(jpeg).jpeg({ progressive: true }).toBuffer(),
  "a greyscale JPEG": () => sharp(jpeg).greyscale().jpeg().toBuffer(),
  "a 16-bit PNG": () => sharp(jpeg).toColourspace("rgb16").png().toBuffer(),
  "a half-transparent PNG": () => sharp(jpeg).ensureAlpha(0.5).png().toBuffer(),
  "a palette PNG": () => sharp(jpeg).png({ palette: true }).toBuffer(),
  "a GIF": () => sharp(jpeg).gif().toBuffer(),
};
for (const [name, make] of Object.entries(variants)) {
  Deno.test(`decodePhoto() reads ${name} alike with sharp and imagescript`, async () => {
    const [a, b] = await bothDecoders(await make());
    assert.ok(meanDifference(a, b) < 1);
  });
}

for (let orientation = 1; orientation <= 8; orientation++) {
  Deno.test(`decodePhoto() turns EXIF orientation ${orientation} upright with both decoders`, async () => {
    const stored = await sharp(jpeg).withMetadata({ orientation }).jpeg()
      .toBuffer();
    const [a, b] = await bothDecoders(stored);
    assert.equal(a.width, orientation < 5 ? 512 : 640);
    assert.ok(meanDifference(a, b) < 1);
  });
}

Deno.test("decodePhoto() converts CMYK to RGB with both decoders, sharp by colour profile", async () => {
  const [a, b] = await bothDecoders(
    await sharp(jpeg).toColourspace("cmyk").jpeg().toBuffer(),
  );
  assert.ok(meanDifference(a, await decodePhoto(jpeg)) < 25);
  assert.ok(meanDifference(a, b) < 25);
});

Deno.test("decodePhoto() reads WebP, TIFF and AVIF", async () => {
  const upright = await decodePhoto(jpeg);
  for (const format of ["webp", "tiff", "avif"] as const) {
    const photo = await decodePhoto(
      await sharp(jpeg).toFormat(format).toBuffer(),
    );
    assert.ok(meanDifference(photo, upright) < 3, format);
  }
});

Deno.test("decodePhoto() shrinks a large photo to the working size, alike with both decoders", async () => {
  const large = await sharp(jpeg).resize(3000, 3750).jpeg({ quality: 95 })
    .toBuffer();
  const [a, b] = await bothDecoders(large);
  assert.equal(Math.max(a.width, a.height), workingPx);
  assert.ok(meanDifference(a, b) < 2);
});

const bad: Record<string, [() => Uint8Array | Promise<Uint8Array>, RegExp]> = {
  "a text file": [
    () => new TextEncoder().encode("hello"),
    /x\.jpg is not a picture/,
  ],
  "an empty file": [() => new Uint8Array(), /x\.jpg is an empty file/],
  "a truncated JPEG": [
    () => jpeg.slice(0, jpeg.length / 2),
    /damaged or unfinished jpg/,
  ],
  "an SVG": [
    () =>
      new TextEncoder().encode(
        "<svg xmlns='http://www.w3.org/2000/svg' width='9' height='9'/>",
      ),
    /not a picture/,
  ],
  "a 100-megapixel photo": [
    () =>
      sharp({
        create: {
          width: 10_000,
          height: 10_000,
          channels: 3,
          background: "red",
        },
      }).jpeg().toBuffer(),
    /100 megapixels and the limit of jpg is 64/,
  ],
};
for (const [name, [make, message]] of Object.entries(bad)) {
  Deno.test(`decodePhoto() refuses ${name} with one sentence`, async () => {
    const bytes = await make();
    for (const decoder of ["sharp", "imagescript"] as const) {
      await assert.rejects(
        decodePhoto(bytes, { name: "x.jpg", decoder }),
        (error) => error instanceof PhotoError && message.test(error.message),
      );
    }
  });
}

Deno.test("decodePhoto() says that imagescript alone cannot read WebP", async () => {
  const webp = await sharp(jpeg).webp().toBuffer();
  await assert.rejects(
    decodePhoto(webp, { decoder: "imagescript" }),
    /needs sharp's native library/,
  );
});

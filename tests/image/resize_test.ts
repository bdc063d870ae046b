import assert from "node:assert/strict";
import { decodePhoto } from "../../lib/image/decode.ts";
import { encodeJpeg, encodePng } from "../../lib/image/encode.ts";
import type { Photo } from "../../lib/image/photo.ts";
import { fitInside, resize } from "../../lib/image/resize.ts";
import { sampleSquare } from "../../lib/image/sample.ts";
import { randomNumbers } from "../random_numbers.ts";

function noise(width: number, height: number, seed = 1): Photo {
  const random = randomNumbers(seed);
  return {
    width,
    height,
    data: Uint8Array.from({ length: width * height * 3 }, () => random() * 256),
  };
}

function flat(width: number, height: number, value: number): Photo {
  return {
    width,
    height,
    data: new Uint8Array(width * height * 3).fill(value),
  };
}

const mean = (photo: Photo) =>
  photo.data.reduce((sum, value) => sum + value, 0) / photo.data.length;

Deno.test("fitInside() keeps the shape and never enlarges", () => {
  assert.deepEqual(fitInside({ width: 4000, height: 3000 }, 1600), {
    width: 1600,
    height: 1200,
  });
  assert.deepEqual(fitInside({ width: 40, height: 30 }, 1600), {
    width: 40,
    height: 30,
  });
  assert.deepEqual(fitInside({ width: 4000, height: 1 }, 100), {
    width: 100,
    height: 1,
  });
});

Deno.test("resize() leaves a flat colour as it is at any size", () => {
  for (const [w, h] of [[1, 1], [7, 3], [50, 80], [333, 2]] as const) {
    const out = resize(flat(40, 60, 123), w, h);
    assert.deepEqual([out.width, out.height, out.data.length], [
      w,
      h,
      w * h * 3,
    ]);
    assert.ok(out.data.every((value) => value === 123));
  }
});

Deno.test("resize() averages fine detail away instead of aliasing", () => {
  const out = resize(noise(400, 400), 20, 20);
  assert.ok(Math.abs(mean(out) - 127.5) < 3);
  assert.ok(out.data.every((value) => Math.abs(value - 127.5) < 50));
});

Deno.test("sampleSquare() with the identity copies pixels, and repeats the edge beyond it", () => {
  const photo = noise(4, 4);
  assert.deepEqual(
    sampleSquare(photo, { a: 1, b: 0, tx: 0, ty: 0 }, 4).data,
    photo.data,
  );
  const beyond = sampleSquare(photo, { a: 1, b: 0, tx: -10, ty: -10 }, 2);
  assert.deepEqual(beyond.data.slice(0, 3), photo.data.slice(0, 3));
});

Deno.test("encodePng() loses nothing and encodeJpeg() little", async () => {
  const photo = resize(noise(30, 20), 120, 80);
  assert.deepEqual(
    (await decodePhoto(await encodePng(photo))).data,
    photo.data,
  );
  const { data } = await decodePhoto(await encodeJpeg(photo, 95));
  const off = data.reduce(
    (sum, value, i) => sum + Math.abs(value - photo.data[i]!),
    0,
  );
  assert.ok(off / data.length < 8);
});

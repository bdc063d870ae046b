/** Files that are not what they say, made from real ones: each must end quickly and in one sentence. */
import assert from "node:assert/strict";
import sharp from "sharp";
import { PhotoError } from "../../lib/errors.ts";
import { decodePhoto } from "../../lib/image/decode.ts";
import { photoTypeOf } from "../../lib/image/header_fields.ts";
import { readPhotoFile } from "../../lib/recognize/photo_files.ts";
import { brokenFiles, samples } from "./broken_files.ts";

const jpeg = Deno.readFileSync("registration_photos/andrew_01.jpg");
/** A hang is a failure, a slow machine is none: honest files of this size take a hundredth. */
const mostMs = 20_000;

/** Decodes, and returns the error's message or nothing. Anything but a PhotoError fails the test. */
async function outcomeOf(
  bytes: Uint8Array,
  decoder: "sharp" | "imagescript" = "sharp",
): Promise<string | null> {
  const start = performance.now();
  try {
    await decodePhoto(bytes, { name: "x.jpg", decoder });
    return null;
  } catch (error) {
    assert.ok(error instanceof PhotoError, String(error));
    assert.match(error.message, /^x\.jpg [^\n]*\.$/);
    return error.message;
  } finally {
    assert.ok(performance.now() - start < mostMs, "a file hangs");
  }
}

Deno.test("decodePhoto() reads 1,500 cut, changed, emptied, mislabelled and padded files to an end, one sentence each", async () => {
  let refused = 0;
  for (const bytes of brokenFiles(1500)) {
    if (await outcomeOf(bytes) !== null) refused++;
  }
  assert.ok(refused > 700, `${refused} refused`);
});

Deno.test("files of boxes and segments that lead nowhere are refused before any parser follows them", async () => {
  const zeros = new Uint8Array(8_000_000);
  zeros.set(jpeg.subarray(0, 20));
  const box = (brand: string, size: number) => {
    const bytes = new Uint8Array(512);
    new DataView(bytes.buffer).setUint32(0, size);
    bytes.set(new TextEncoder().encode(`ftyp${brand}`), 4);
    return bytes;
  };
  const files = {
    "a JPEG filled with zeros": zeros,
    "a JPEG of fill bytes": new Uint8Array(2_000_000).fill(255),
    "a JXL box": Uint8Array.from([0, 0, 0, 12, 0x4a, 0x58, 0x4c, 0x20]),
    "an ICNS file": new TextEncoder().encode("icns\0\0\0\0ic07\0\0\0\0"),
    "an AVIF box without end": box("avif", 0),
    "an AVIF box of all its bytes": box("avif", 0xffffffff),
  };
  for (const [name, bytes] of Object.entries(files)) {
    for (const decoder of ["sharp", "imagescript"] as const) {
      assert.notEqual(await outcomeOf(bytes, decoder), null, name);
    }
  }
});

Deno.test("photoTypeOf() knows every type by its first bytes, BigTIFF and all brands of AVIF and HEIC among them", () => {
  for (const [type, bytes] of Object.entries(samples)) {
    assert.equal(photoTypeOf(bytes), type);
  }
  assert.equal(photoTypeOf(Uint8Array.from([0x49, 0x49, 0x2b, 0])), "tiff");
  const brand = (...brands: string[]) =>
    photoTypeOf(
      Uint8Array.from([
        ...[0, 0, 0, 8 + 4 * (brands.length + 1)],
        ...new TextEncoder().encode(
          `ftyp${brands[0]}\0\0\0\0${brands.slice(1).join("")}`,
        ),
      ]),
    );
  for (const each of ["avif", "avis", "mif1", "msf1", "miaf", "MA1B"]) {
    assert.equal(brand(each), "avif");
  }
  for (const each of ["heic", "heix"]) assert.equal(brand(each), "heic");
  assert.equal(brand("mif1", "heic"), "heic");
  assert.equal(brand("mp42", "isom"), null);
});

Deno.test("a picture that is very long and thin, or whose file is very large, is refused before it is decoded", async () => {
  const png = await sharp({
    create: { width: 60_000, height: 1, channels: 3, background: "red" },
  }).png().toBuffer();
  assert.match((await outcomeOf(png))!, /60000 x 1 px/);
  const large = new Uint8Array(64e6 + 1);
  large.set(jpeg);
  assert.match((await outcomeOf(large))!, /64 MB and the limit is 64/);
});

for (let orientation = 1; orientation <= 8; orientation++) {
  Deno.test(`a PNG's own EXIF orientation ${orientation} counts with both decoders`, async () => {
    const png = await sharp(jpeg).resize(96, 120).withMetadata({ orientation })
      .png().toBuffer();
    for (const decoder of ["sharp", "imagescript"] as const) {
      const { width } = await decodePhoto(png, { decoder });
      assert.equal(width, orientation < 5 ? 96 : 120, decoder);
    }
  });
}

Deno.test({
  name: "readPhotoFile() opens files only: no pipe, no device, no folder",
  ignore: Deno.build.os === "windows",
  async fn() {
    const pipe = `${await Deno.makeTempDir()}/pipe.jpg`;
    const made = await new Deno.Command("mkfifo", { args: [pipe] }).output();
    assert.ok(made.success);
    for (const path of [pipe, "/dev/zero"]) {
      await assert.rejects(
        readPhotoFile(path),
        /is neither a file nor a folder; name a photo/,
      );
    }
    await assert.rejects(readPhotoFile("lib"), /is a folder/);
  },
});

Deno.test("control characters in a photo's name are written out in the sentence that refuses it", async () => {
  const error = await decodePhoto(new Uint8Array(), {
    name: "a\u001b[31m\u202egpj.jpg",
  }).catch((error) => error);
  assert.equal(
    error.message,
    "a\\u{1b}[31m\\u{202e}gpj.jpg is an empty file; choose a JPEG or PNG photo.",
  );
});

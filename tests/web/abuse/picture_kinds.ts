import {
  animatedGif,
  bytesOf,
  joined,
  jpegHeader,
  png,
  svg,
  tiff,
} from "./bad_pictures.ts";
import type { Attacker } from "./attacker.ts";
import { ask, type Dice, type Kind, type Reply } from "./kind.ts";

type Bytes = Uint8Array<ArrayBuffer>;

const portrait = Deno.readFileSync(
  "tests/photos/light/andrew/straight_00.room.jpg",
);
/** Made once: packing 64 million zeros takes a second. */
export const bomb = png({ width: 8000, height: 8000 });
const flat = png({ width: 300, height: 300, bitDepth: 16 });
const packedNoise = crypto.getRandomValues(new Uint8Array(2000));

/** A picture that is none, or is too much. */
interface BadPicture {
  readonly name: string;
  readonly make: (dice: Dice) => Bytes;
  readonly share?: number;
  /** A decoder may make something of it. */
  readonly mayPass?: boolean;
}

const pictures: readonly BadPicture[] = [
  { name: "no bytes", make: () => new Uint8Array() },
  { name: "a text named .jpg", make: () => bytesOf("Not a picture.\n") },
  {
    name: "noise",
    make: (dice) =>
      Uint8Array.from({ length: 1 + dice.below(5000) }, () => dice.below(256)),
  },
  {
    name: "a JPEG cut short",
    make: (dice) => portrait.slice(0, 30 + dice.below(portrait.length / 2)),
    share: 0.3,
    mayPass: true,
  },
  {
    name: "a JPEG with changed bytes",
    make: (dice) => {
      const changed = portrait.slice();
      for (let i = 0; i < 40; i++) {
        changed[dice.below(changed.length)] = dice.below(256);
      }
      return changed;
    },
    share: 0.3,
    mayPass: true,
  },
  {
    name: "a PNG of 64 megapixels in a small file",
    make: () => bomb,
    share: 0.15,
    mayPass: true,
  },
  {
    name: "a PNG that says it has 900 megapixels",
    make: () => png({ width: 30_000, height: 30_000, packed: packedNoise }),
  },
  {
    name: "a PNG that says it has 2^31 columns",
    make: () => png({ width: 0x7fffffff, height: 1, packed: packedNoise }),
  },
  {
    name: "a PNG of no columns",
    make: () => png({ width: 0, height: 5, packed: packedNoise }),
  },
  {
    name: "a PNG whose rows are noise",
    make: () => png({ width: 200, height: 200, packed: packedNoise }),
    mayPass: true,
    share: 0.3,
  },
  {
    name: "a picture of one pixel",
    make: () => png({ width: 1, height: 1 }),
    share: 0.2,
    mayPass: true,
  },
  {
    name: "a picture one pixel high",
    make: () => png({ width: 900, height: 1 }),
    share: 0.2,
    mayPass: true,
  },
  { name: "a PNG of 16 bits", make: () => flat, share: 0.2, mayPass: true },
  { name: "an SVG that names a file", make: () => svg },
  {
    name: "an animation",
    make: () => animatedGif(200),
    share: 0.2,
    mayPass: true,
  },
  {
    name: "a TIFF whose strip lies beyond its end",
    make: (dice) => tiff({ stripAt: dice.below(2 ** 31) }),
    mayPass: true,
    share: 0.4,
  },
  {
    name: "a TIFF whose directory lies beyond its end",
    make: () => tiff({ directoryAt: 0xfffffff0 }),
  },
  {
    name: "a TIFF whose directory is itself",
    make: () => tiff({ directoryAt: 0 }),
  },
  {
    name: "a JPEG header of 65,535 pixels squared",
    make: () => jpegHeader(65_535, 65_535),
  },
  { name: "a JPEG header and nothing after", make: () => jpegHeader(300, 300) },
  {
    name: "an HTML page after a JPEG's first bytes",
    make: () =>
      joined(jpegHeader(64, 64), bytesOf("<script>alert(1)</script>")),
  },
];

/** Every bad picture as a camera frame, as a capture, and as an uploaded file. */
export const pictureKinds: readonly Kind[] = pictures.map(
  ({ name, make, share }): Kind => ({
    name,
    ...(share === undefined ? {} : { share }),
    // A form with a bad photo in it is answered: with what is wrong with it.
    mayPass: true,
    send: (from, dice) =>
      dice.pick([asFrame, asCapture, asUpload])(from, make(dice), dice),
  }),
);

function asFrame(from: Attacker, bytes: Bytes): Promise<Reply> {
  const path = `api/challenges/${from.challenge}/frames`;
  return ask(from, "POST", path, bytes, { "content-type": "image/jpeg" });
}

function asCapture(from: Attacker, bytes: Bytes, dice: Dice): Promise<Reply> {
  const path = `api/registrations/${from.registration}/captures`;
  const type = dice.pick(["image/jpeg", "image/png", "image/webp"]);
  return ask(from, "POST", path, bytes, { "content-type": type });
}

function asUpload(from: Attacker, bytes: Bytes): Promise<Reply> {
  const form = new FormData();
  form.append("photos", new File([bytes], "photo.jpg", { type: "image/jpeg" }));
  return ask(
    from,
    "POST",
    `api/registrations/${from.registration}/photos`,
    form,
  );
}

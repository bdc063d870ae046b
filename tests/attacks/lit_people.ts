import { z } from "zod";
import { PhotoError } from "../../lib/errors.ts";
import { decodePhoto } from "../../lib/image/decode.ts";
import { type LinearPicture, toLinear } from "./linear_picture.ts";

const manifestSchema = z.object({
  people: z.record(
    z.string(),
    z.object({
      skin: z.string().optional(),
      frames: z.array(z.object({
        frame: z.string(),
        yawDeg: z.number(),
        faceMean: z.object({ room: z.number(), screen: z.number() }),
      })),
    }),
  ),
});

/** A moment of a person before the camera, lit by the room and by the screen apart. */
export interface LitFrame {
  readonly name: string;
  readonly yawDeg: number;
  /** Light of the room only. */
  room(): Promise<LinearPicture>;
  /** Light of the white screen only, as strong on the face as the room's. */
  screen(): Promise<LinearPicture>;
}

/** One person's frames. */
export interface LitPerson {
  readonly name: string;
  /** The skin's tone; null where the folder does not say. */
  readonly skin: string | null;
  /** Looking straight ahead. */
  readonly straight: readonly LitFrame[];
  /** All, also turned to either side. */
  readonly all: readonly LitFrame[];
}

/**
 * Reads a folder of lit frames: `manifest.json`, and for each person `<person>/<frame>.room.jpg`
 * and, of the frames named straight_NN, `.screen.jpg`. Light adds, so any colour and brightness of
 * the screen can be composed of the two.
 *
 * @throws PhotoError when the folder or its manifest cannot be read.
 */
export async function readLitPeople(folder: string): Promise<LitPerson[]> {
  let text: string;
  try {
    text = await Deno.readTextFile(`${folder}/manifest.json`);
  } catch (cause) {
    throw new PhotoError(
      `${folder}/manifest.json cannot be read; name a folder of lit frames, such as tests/photos/light.`,
      { cause },
    );
  }
  const read = manifestSchema.safeParse(parsed(text));
  if (!read.success) {
    throw new PhotoError(
      `${folder}/manifest.json does not list people and frames: ${
        z.prettifyError(read.error)
      }`,
    );
  }
  return Object.entries(read.data.people).map(([name, { skin, frames }]) => {
    const all = frames.map(({ frame, yawDeg, faceMean }): LitFrame => {
      const layer = (light: string, factor: number) =>
        once(() =>
          readLayer(`${folder}/${name}/${frame}.${light}.jpg`, factor)
        );
      return {
        name: frame,
        yawDeg,
        room: layer("room", 1),
        screen: layer("screen", faceMean.room / faceMean.screen),
      };
    });
    const straight = all.filter((frame) => frame.name.startsWith("straight"));
    return { name, skin: skin ?? null, straight, all };
  });
}

async function readLayer(path: string, factor: number): Promise<LinearPicture> {
  let bytes: Uint8Array;
  try {
    bytes = await Deno.readFile(path);
  } catch (cause) {
    throw new PhotoError(`${path} cannot be read.`, { cause });
  }
  return toLinear(await decodePhoto(bytes, { name: path }), factor);
}

/** Runs `make` when first asked, and keeps what it made. */
function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  return () => made ??= make();
}

/** Null is no manifest either. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

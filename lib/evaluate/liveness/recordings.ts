import { PhotoError } from "../../errors.ts";
import { decodePhoto } from "../../image/decode.ts";
import type { Photo } from "../../image/photo.ts";
import { type Action, actions } from "../../liveness/challenge.ts";

/** A frame that is read or made when it is first looked at. */
export interface Frame {
  /** Names the frame, so that it is embedded once however often it is played. */
  readonly key: string;
  photo(): Promise<Photo>;
}

/** The camera frames of one person doing each action, from straight to straight. */
export interface Recordings {
  readonly person: string;
  readonly frames: Readonly<Record<Action, readonly Frame[]>>;
}

/**
 * Reads a folder of recordings, `<person>/<action>_<number>.jpg`, with turn_left, turn_right, blink
 * and mouth_open of each person. Other files are passed over.
 *
 * @throws PhotoError when the folder does not exist, or a person lacks an action.
 */
export async function readRecordings(folder: string): Promise<Recordings[]> {
  const people = await namesIn(folder, "isDirectory");
  if (people.length === 0) {
    throw new PhotoError(
      `${folder} holds no folder of a person's frames, such as ${folder}/ann/blink_00.jpg.`,
    );
  }
  return await Promise.all(
    people.map((person) => readPerson(folder, person)),
  );
}

async function readPerson(
  folder: string,
  person: string,
): Promise<Recordings> {
  const names = await namesIn(`${folder}/${person}`, "isFile");
  const framesOf = (action: Action): Frame[] => {
    const ending = new RegExp(
      `^${action.replace("-", "_")}_\\d+\\.jpe?g$`,
      "i",
    );
    const own = names.filter((name) => ending.test(name));
    if (own.length < 3) {
      throw new PhotoError(
        `${folder}/${person} holds ${own.length} frames of ${action}; it needs three or more, ` +
          `named ${action.replace("-", "_")}_00.jpg and so on.`,
      );
    }
    return own.map((name) => fileFrame(`${folder}/${person}/${name}`));
  };
  return {
    person,
    frames: Object.fromEntries(
      actions.map((action) => [action, framesOf(action)]),
    ) as Record<Action, Frame[]>,
  };
}

function fileFrame(path: string): Frame {
  return {
    key: path,
    photo: async () => await decodePhoto(await Deno.readFile(path)),
  };
}

async function namesIn(
  folder: string,
  type: "isFile" | "isDirectory",
): Promise<string[]> {
  const names: string[] = [];
  try {
    for await (const entry of Deno.readDir(folder)) {
      if (entry[type] && !entry.name.startsWith(".")) names.push(entry.name);
    }
  } catch (cause) {
    throw new PhotoError(`${folder} cannot be read; check the path.`, {
      cause,
    });
  }
  return names.sort();
}

import { createRecognizer } from "../../lib/recognize/recognizer.ts";
import { openStore } from "../../lib/store/open_store.ts";
import { freshFolder } from "../e2e/task.ts";
import { type Door, type OpenDoor, type Place, type Said } from "./door.ts";
import { openLibraryDoor } from "./library_door.ts";
import { openPageDoor } from "./page_door.ts";
import { openTaskDoor } from "./task_door.ts";

/** All doors by name. */
export const doors: Readonly<Record<string, OpenDoor>> = {
  task: openTaskDoor,
  page: openPageDoor,
  library: openLibraryDoor,
};

/** What a case came to at one door. */
export interface CaseResult {
  readonly said: Said[];
  /** The templates afterwards, as user/photo, and the files of chips. */
  readonly templates: string[];
  readonly chips: string[];
}

/** Photos that the cases register, by the names they have in `photos/`. */
const photos = {
  "andrew_1.jpg": "registration_photos/andrew_01.jpg",
  "andrew_2.jpg": "registration_photos/andrew_02.jpg",
  "beatriz_1.jpg": "registration_photos/beatriz/beatriz_01.jpg",
  "two.jpg": "tests/photos/two_people.jpg",
  "back.jpg": "tests/photos/back.jpg",
  "dark.jpg": "tests/photos/dark_back.jpg",
};

/** A fresh clone with the cases' photos in it. */
export async function makePlace(): Promise<Place> {
  const folder = await freshFolder();
  await Deno.mkdir(`${folder}/photos`);
  for (const [name, path] of Object.entries(photos)) {
    await Deno.copyFile(path, `${folder}/photos/${name}`);
  }
  const whole = await Deno.readFile(photos["andrew_1.jpg"]);
  await Deno.writeFile(`${folder}/photos/cut.jpg`, whole.subarray(0, 9000));
  await Deno.writeTextFile(`${folder}/photos/text.jpg`, "not a picture");
  return { folder, recognizer: await createRecognizer() };
}

/** Runs a case at one door, on an empty store that `before` may fill. */
export async function runCase(
  place: Place,
  open: OpenDoor,
  steps: (door: Door) => Promise<Said[]>,
  before: (place: Place) => Promise<void> = () => Promise.resolve(),
): Promise<CaseResult> {
  await empty(place);
  await before(place);
  const door = await open(place);
  try {
    return { said: await steps(door), ...await heldIn(place) };
  } finally {
    await door.close();
  }
}

/** What a place's store holds, read with its own model. */
export async function heldIn(
  { folder }: Place,
): Promise<Pick<CaseResult, "templates" | "chips">> {
  const store = await openPlain(folder);
  const templates = (await store.templates()).map(({ user, photo }) =>
    `${user}/${photo}`
  );
  await store.close();
  return { templates: templates.sort(), chips: filesIn(chipsOf(folder)) };
}

/** A place's store, with the model that it holds. */
export function openPlain(folder: string) {
  return openStore({
    store: `${folder}/embeddings.json`,
    savePath: chipsOf(folder),
    storeKey: "",
    storeKeyFile: "",
  });
}

function chipsOf(folder: string): string {
  return `${folder}/aligned_faces`;
}

/** Removes store, chips and password; a folder that is mounted stays, empty. */
async function empty({ folder }: Place): Promise<void> {
  for (const { name } of Deno.readDirSync(folder)) {
    if (/^(embeddings\.json|admin)/.test(name)) {
      await Deno.remove(`${folder}/${name}`);
    }
  }
  await Deno.mkdir(chipsOf(folder), { recursive: true });
  for (const { name } of Deno.readDirSync(chipsOf(folder))) {
    await Deno.remove(`${chipsOf(folder)}/${name}`, { recursive: true });
  }
}

function filesIn(folder: string): string[] {
  return [...Deno.readDirSync(folder)].flatMap(({ name, isDirectory }) =>
    isDirectory
      ? filesIn(`${folder}/${name}`).map((each) => `${name}/${each}`)
      : [name]
  ).sort();
}

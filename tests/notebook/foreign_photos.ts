/** Photos of somebody else's than the sample people, and what the notebook must say of them. */
import assert from "node:assert/strict";
import { dirname } from "node:path";
import { type Notebook, outputTexts } from "./notebook_folder.ts";

interface ForeignPhotos {
  /** Photos by where they are put. */
  readonly photos: Readonly<Record<string, string>>;
  /** What `.env` holds. */
  readonly settings: string;
  readonly says: readonly RegExp[];
}

export const foreignPhotos: Readonly<Record<string, ForeignPhotos>> = {
  "two users, the first with a sign-in photo, one photo without a face": {
    photos: {
      "photos/kim/1.jpg": "registration_photos/beatriz/beatriz_01.jpg",
      "photos/kim/2.jpg": "registration_photos/beatriz/beatriz_02.jpg",
      "photos/kim/back.jpg": "tests/photos/back.jpg",
      "photos/lee/1.jpg": "registration_photos/daisuke/daisuke_01.jpg",
      "photos/lee/2.jpg": "registration_photos/daisuke/daisuke_02.jpg",
      "today/kim/3.jpg": "signin_photos/beatriz/beatriz_04.jpg",
    },
    settings:
      "register_path=./photos\nsignin_image=./today/kim/3.jpg\nuser=me\n",
    says: [
      /4 of 5 photos show a face/,
      /No face found in back\.jpg/,
      /Accepted: kim: 3\.jpg lies /,
      /Accepted: this is kim/,
      /Templates of kim removed: \*\*2\*\*/,
    ],
  },
  "one user with one photo, and none to sign in with": {
    photos: { "photos/me.jpg": "registration_photos/dalila/dalila_01.jpg" },
    settings:
      "register_path=./photos\nsignin_image=./nowhere/me.jpg\nuser=me\n",
    says: [
      /1 of 1 photos show a face/,
      /Accepted: me: me\.jpg lies 0\.00 /,
      /Templates of me removed: \*\*1\*\*/,
    ],
  },
  "one user with one photo, and a sign-in photo beside the notebook": {
    photos: {
      "photos/me.jpg": "registration_photos/dalila/dalila_01.jpg",
      "today.jpg": "signin_photos/dalila/dalila_04.jpg",
    },
    settings: "register_path=./photos\nsignin_image=./today.jpg\nuser=me\n",
    says: [
      /Accepted: me: today\.jpg lies /,
      /Templates of me removed: \*\*1\*\*/,
    ],
  },
};

/** Puts the photos and their settings into a folder. */
export async function putPhotos(
  folder: string,
  { photos, settings }: Pick<ForeignPhotos, "photos" | "settings">,
): Promise<void> {
  for (const [to, from] of Object.entries(photos)) {
    await Deno.mkdir(dirname(`${folder}/${to}`), { recursive: true });
    await Deno.copyFile(from, `${folder}/${to}`);
  }
  await Deno.writeTextFile(`${folder}/.env`, settings);
}

/** The notebook tells of these photos and of none of the sample people. */
export function assertTellsOf(
  { says }: ForeignPhotos,
  notebook: Notebook,
): void {
  const said = outputTexts(notebook).join("\n");
  for (const words of says) assert.match(said, words);
  assert.doesNotMatch(JSON.stringify(notebook), /andrew|beatriz|hana/);
}

import { printable } from "../errors.ts";
import type { NoFace } from "../recognize/photo_faces.ts";
import type { QualityIssue } from "../recognize/quality.ts";

/** Why a photo or face was refused, or what could be better about it. */
export type Reason =
  | NoFace
  | QualityIssue
  /** A photo of several people where one is wanted. */
  | { readonly kind: "several-faces"; readonly faces: number }
  /** One of several photos of a sign-in lies beyond the threshold from the others. */
  | { readonly kind: "another-person"; readonly distance: number }
  /** The largest of several faces was taken, as asked. */
  | { readonly kind: "largest-taken"; readonly faces: number }
  /** The file is missing, no picture, or damaged; the message names it and says what to do. */
  | { readonly kind: "unusable"; readonly message: string }
  /** The name is not one that a user can have. */
  | { readonly kind: "user-name"; readonly user: string }
  /** The name is a registered user's, or is taken for it. */
  | { readonly kind: "name-taken"; readonly user: string; readonly by: string }
  /** Another photo that was to be kept with this one was refused. */
  | { readonly kind: "another-refused" }
  /** Another photo of the user has the same name. */
  | { readonly kind: "photo-name-taken"; readonly user: string }
  /** The face lies beyond the threshold from all others of the user. */
  | {
    readonly kind: "somebody-else";
    readonly user: string;
    /** How many other photos of the user it was compared with, and how far the nearest is. */
    readonly others: number;
    readonly distance: number;
    /** Whether it was kept all the same, as asked. */
    readonly forced: boolean;
  }
  /** The face is another user's already. */
  | {
    readonly kind: "duplicate-face";
    /** Whose, and on which photo; null where that is not to be told. */
    readonly match: { readonly user: string; readonly photo: string } | null;
    /** How far the faces lie apart. */
    readonly distance: number;
    /** Whether it was kept all the same, as asked. */
    readonly forced: boolean;
  };

type ReasonOf<Kind extends Reason["kind"]> = Extract<Reason, { kind: Kind }>;

/** A reason that tells nothing about other users, for whoever may not know them. */
export function withoutNames(reason: Reason): Reason {
  return reason.kind === "duplicate-face" ? { ...reason, match: null } : reason;
}

/**
 * A reason in words: one sentence that says what to do. All words about faces and registration are
 * made here; decisions read `kind`.
 *
 * @param photo what the sentence calls the photo
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { reasonText } from "@face/sign-in";
 *
 * const text = reasonText({ kind: "under-exposure", darkShare: 0.8 }, "ada.jpg");
 * assert.equal(text, "The face is too dark; find more light.");
 * ```
 */
export function reasonText(reason: Reason, photo: string): string {
  return printable(sentenceOf(reason, photo));
}

function sentenceOf(reason: Reason, photo: string): string {
  switch (reason.kind) {
    case "no-face":
      return `No face found in ${photo}${likelyCause(reason)}.`;
    case "several-faces":
      return `${reason.faces} faces found in ${photo}: the photo must show one person (or take the largest face: several_faces=largest to sign in, --largest to register).`;
    case "another-person":
      return `${photo} shows somebody else than the other photos (nearest ${
        reason.distance.toFixed(2)
      }); sign in with photos of one person.`;
    case "largest-taken":
      return `${reason.faces} faces found; the largest was taken.`;
    case "unusable":
      return reason.message;
    case "user-name":
      return `"${reason.user}" is not a usable name; use 1 to 64 letters, digits, spaces, dots, hyphens and underscores, beginning with a letter or digit and not ending with a dot, and no name that Windows keeps for devices.`;
    case "name-taken":
      return reason.user === reason.by
        ? `${reason.by} is registered already; choose another name, or remove ${reason.by} first.`
        : `${reason.user} is too easily taken for ${reason.by}, who is registered; choose another name.`;
    case "another-refused":
      return `${photo} was not kept because another photo was refused.`;
    case "photo-name-taken":
      return `Another photo of ${reason.user} is called ${photo} too; rename one.`;
    case "somebody-else":
      return somebodyElseText(reason, photo);
    case "duplicate-face":
      return duplicateText(reason, photo);
    case "landmark-fit":
      return `The points of the face in ${photo} do not fit a face; use a photo that shows it upright and from the front.`;
    case "head-pose":
      return "The face is turned away; look at the camera.";
    case "head-size":
      return `The face is only ${reason.facePx} px large; come closer.`;
    case "under-exposure":
      return "The face is too dark; find more light.";
    case "over-exposure":
      return "The face is too bright; take light away, or turn from it.";
    case "sharpness":
      return "The face is blurred; hold still and focus.";
  }
}

function likelyCause({ likely, width, height }: NoFace): string {
  switch (likely) {
    case "tiny":
      return `: it is only ${width} x ${height} px; use a larger photo`;
    case "dark":
      return ": it is very dark; take it again with more light";
    case "bright":
      return ": it is almost white; take it again with less light";
    case null:
      return "; use a sharp photo that shows the whole face from the front";
  }
}

function somebodyElseText(
  { user, others, distance, forced }: ReasonOf<"somebody-else">,
  photo: string,
): string {
  const than = others === 1
    ? `the other photo of ${user} (${distance.toFixed(2)})`
    : `the other ${others} photos of ${user} (nearest ${distance.toFixed(2)})`;
  const looks = `${photo} looks like somebody else than ${than}`;
  return forced
    ? `${looks}.`
    : `${looks}; register it under another name, or use --force.`;
}

function duplicateText(
  { match, distance, forced }: ReasonOf<"duplicate-face">,
  photo: string,
): string {
  if (match === null) {
    return "This face is registered under another name already.";
  }
  const { user } = match;
  const whose = `${photo} shows ${user}'s face, which is registered already (${
    distance.toFixed(3)
  } from ${match.photo})`;
  return forced
    ? `${whose}.`
    : `${whose}; register it as ${user}, or use --force.`;
}

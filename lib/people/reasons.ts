import type { NoFace } from "../recognize/photo_faces.ts";
import type { QualityIssue } from "../recognize/quality.ts";

/** Why a photo or face was refused, or what could be better about it. */
export type Reason =
  | NoFace
  | QualityIssue
  /** A photo of several people where one is wanted. */
  | { readonly kind: "several-faces"; readonly faces: number }
  /** The largest of several faces was taken, as asked. */
  | { readonly kind: "largest-taken"; readonly faces: number }
  /** The file is missing, no picture, or damaged; the message names it and says what to do. */
  | { readonly kind: "unusable"; readonly message: string }
  /** The name is not one that a user can have. */
  | { readonly kind: "user-name"; readonly user: string }
  /** Somebody is registered under the name that was to be new. */
  | { readonly kind: "user-taken"; readonly user: string }
  /** Another photo that was to be kept with this one was refused. */
  | { readonly kind: "another-refused" }
  /** Another photo of the user has the same name. */
  | { readonly kind: "photo-name-taken"; readonly user: string }
  | DuplicateFace;

/** The face is another user's already. */
export interface DuplicateFace {
  /** Tells it from other reasons. */
  readonly kind: "duplicate-face";
  /** Whose, and on which photo; null where that is not to be told. */
  readonly match: { readonly user: string; readonly photo: string } | null;
  /** How far the faces lie apart. */
  readonly distance: number;
  /** Whether it was kept all the same, as asked. */
  readonly forced: boolean;
}

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
 * const text = reasonText({ kind: "too-dark", brightness: 20 }, "ada.jpg");
 * assert.equal(text, "The face is too dark; find more light.");
 * ```
 */
export function reasonText(reason: Reason, photo: string): string {
  switch (reason.kind) {
    case "no-face":
      return `No face found in ${photo}${likelyCause(reason)}.`;
    case "several-faces":
      return `${reason.faces} faces found in ${photo}: the photo must show one person (or take the largest face: several_faces=largest to sign in, --largest to register).`;
    case "largest-taken":
      return `${reason.faces} faces found; the largest was taken.`;
    case "unusable":
      return reason.message;
    case "user-name":
      return `"${reason.user}" is not a usable name; use 1 to 64 letters, digits, spaces, dots, hyphens and underscores, beginning with a letter or digit.`;
    case "user-taken":
      return `${reason.user} is registered already; choose another name, or remove ${reason.user} first.`;
    case "another-refused":
      return `${photo} was not kept because another photo was refused.`;
    case "photo-name-taken":
      return `Another photo of ${reason.user} is called ${photo} too; rename one.`;
    case "duplicate-face":
      return duplicateText(reason, photo);
    case "turned-away":
      return "The face is turned away; look at the camera.";
    case "too-small":
      return `The face is only ${reason.facePx} px large; come closer.`;
    case "too-dark":
      return "The face is too dark; find more light.";
    case "too-blurred":
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

function duplicateText(
  { match, distance, forced }: DuplicateFace,
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

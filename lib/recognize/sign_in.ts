import type { Settings } from "../config.ts";
import { NothingRegisteredError } from "../errors.ts";
import type { Photo } from "../image/photo.ts";
import type { Match } from "../match/gallery.ts";
import { decide } from "../match/identify.ts";
import { verify } from "../match/verify.ts";
import type { EmbeddingStore } from "../store/embedding_store.ts";
import { chooseFace } from "./choose_face.ts";
import type { AlignedFace, Recognizer } from "./recognizer.ts";

/** The verdict on one sign-in photo. */
export interface SignIn {
  readonly accepted: boolean;
  /** Who signed in; null when nobody did. */
  readonly user: string | null;
  /** Who was claimed to be in the photo; null when all users were searched. */
  readonly claimed: string | null;
  /** Nearest template among those compared. */
  readonly nearest: Match;
  /** Nearest template of the nearest user and of the runner-up; of the claimed user only when one was. */
  readonly ranking: readonly Match[];
  readonly threshold: number;
  readonly face: AlignedFace;
}

/** What a sign-in may be told. */
export interface SignInOptions {
  /** What messages call the photo. */
  readonly name: string;
  /** Verify this user only (1:1); otherwise all users are searched (1:N). */
  readonly user?: string | undefined;
  readonly threshold?: number | null;
  /** When all users are searched: how much further away the runner-up must be. */
  readonly margin?: number;
  readonly severalFaces?: Settings["severalFaces"];
}

/**
 * Decides a sign-in: the face's embedding must lie closer than the threshold to a template, of
 * the claimed user or of anybody.
 *
 * @throws NoFaceError, SeveralFacesError when the photo does not show exactly one person.
 * @throws NothingRegisteredError when there is nothing to compare with.
 */
export async function signIn(
  recognizer: Recognizer,
  store: EmbeddingStore,
  photo: Photo,
  { name, user, threshold = null, margin = 0, severalFaces = "refuse" }:
    SignInOptions,
): Promise<SignIn> {
  requireRegistered(await store.users(), user);
  const faces = await recognizer.findFaces(photo);
  const face = chooseFace(faces, photo, name, severalFaces);
  const [embedding] = await recognizer.embed([face.chip]);
  const probe = embedding!.vector;
  const limit = threshold ?? recognizer.defaultThreshold;
  if (user !== undefined) {
    const own = await store.templates(user);
    const { accepted, nearest } = verify(probe, user, own, limit);
    return {
      accepted,
      user: accepted ? user : null,
      claimed: user,
      nearest: nearest!,
      ranking: [nearest!],
      threshold: limit,
      face,
    };
  }
  const [ranking] = await store.nearestUsers([probe]);
  const found = decide(ranking!, limit, margin).user;
  return {
    accepted: found !== null,
    user: found,
    claimed: null,
    nearest: ranking![0]!,
    ranking: ranking!,
    threshold: limit,
    face,
  };
}

function requireRegistered(
  users: readonly string[],
  wanted: string | undefined,
): void {
  if (users.length === 0) {
    throw new NothingRegisteredError(
      "Nobody is registered; run `deno task register` with photos in register_path first.",
    );
  }
  if (wanted !== undefined && !users.includes(wanted)) {
    throw new NothingRegisteredError(
      `${wanted} is not registered; registered are ${someOf(users)}.`,
    );
  }
}

/** A message names a classroom's users, not a company's. */
function someOf(users: readonly string[], most = 20): string {
  const named = users.slice(0, most).join(", ");
  const more = users.length - most;
  return more > 0 ? `${named} and ${more} more` : named;
}

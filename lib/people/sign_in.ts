import type { Settings } from "../config.ts";
import { NothingRegisteredError } from "../errors.ts";
import type { Photo } from "../image/photo.ts";
import type { Match } from "../match/gallery.ts";
import { decide } from "../match/identify.ts";
import { verify } from "../match/verify.ts";
import type { EmbeddingStore } from "../store/embedding_store.ts";
import { chooseFace } from "../recognize/choose_face.ts";
import type { AlignedFace, Recognizer } from "../recognize/recognizer.ts";

/** The decision on one embedding. */
export interface Decision {
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
}

/** The verdict on one sign-in photo. */
export interface SignIn extends Decision {
  readonly face: AlignedFace;
}

/** What an embedding is held against. */
export interface DecisionOptions {
  /** Verify this user only (1:1); otherwise all users are searched (1:N). */
  readonly user?: string | undefined;
  readonly threshold: number;
  /** When all users are searched: how much further away the runner-up must be. */
  readonly margin?: number;
}

/** What a sign-in may be told. */
export interface SignInOptions extends Omit<DecisionOptions, "threshold"> {
  /** What messages call the photo. */
  readonly name: string;
  /** The recognizer's own where there is none. */
  readonly threshold?: number | null;
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
  { name, threshold = null, severalFaces = "refuse", ...options }:
    SignInOptions,
): Promise<SignIn> {
  requireRegistered(await store.users(), options.user);
  const faces = await recognizer.findFaces(photo);
  const face = chooseFace(faces, photo, name, severalFaces);
  const [embedding] = await recognizer.embed([face.chip]);
  const limit = threshold ?? recognizer.defaultThreshold;
  const decision = await decideEmbedding(store, embedding!.vector, {
    ...options,
    threshold: limit,
  });
  return { ...decision, face };
}

/**
 * Decides a sign-in on an embedding that is at hand already.
 *
 * @param probe made by the model whose embeddings the store holds
 * @throws NothingRegisteredError when there is nothing to compare with.
 */
export async function decideEmbedding(
  store: EmbeddingStore,
  probe: Float32Array,
  { user, threshold, margin = 0 }: DecisionOptions,
): Promise<Decision> {
  requireRegistered(await store.users(), user);
  if (user !== undefined) {
    const own = await store.templates(user);
    const { accepted, nearest } = verify(probe, user, own, threshold);
    return {
      accepted,
      user: accepted ? user : null,
      claimed: user,
      nearest: nearest!,
      ranking: [nearest!],
      threshold,
    };
  }
  const [ranking] = await store.nearestUsers([probe]);
  const found = decide(ranking!, threshold, margin).user;
  return {
    accepted: found !== null,
    user: found,
    claimed: null,
    nearest: ranking![0]!,
    ranking: ranking!,
    threshold,
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

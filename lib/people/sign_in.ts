import type { Settings } from "../config.ts";
import {
  NoFaceError,
  NothingRegisteredError,
  SeveralFacesError,
} from "../errors.ts";
import type { Photo } from "../image/photo.ts";
import type { Match } from "../match/gallery.ts";
import { identify, rankUsers } from "../match/identify.ts";
import type { EmbeddingStore } from "../store/embedding_store.ts";
import { noFaceIn } from "../recognize/photo_faces.ts";
import type { AlignedFace, Recognizer } from "../recognize/recognizer.ts";
import { reasonText } from "./reasons.ts";

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
  { threshold = null, severalFaces = "refuse", ...options }: SignInOptions = {},
): Promise<SignIn> {
  requireRegistered(await store.users(), options.user);
  const face = onlyFace(
    await recognizer.findFaces(photo),
    photo,
    severalFaces,
  );
  const [embedding] = await recognizer.embed([face.chip]);
  const limit = threshold ?? recognizer.defaultThreshold;
  const decision = await decideEmbedding(store, embedding!.vector, {
    ...options,
    threshold: limit,
  });
  return { ...decision, face };
}

/** @throws NoFaceError, SeveralFacesError when it is not exactly one and the policy refuses. */
function onlyFace(
  faces: readonly AlignedFace[],
  photo: Photo,
  policy: Settings["severalFaces"],
): AlignedFace {
  const { name = "the photo" } = photo;
  const largest = faces[0];
  if (largest === undefined) {
    throw new NoFaceError(reasonText(noFaceIn(photo), name));
  }
  if (faces.length > 1 && policy === "refuse") {
    const several = { kind: "several-faces", faces: faces.length } as const;
    throw new SeveralFacesError(reasonText(several, name));
  }
  return largest;
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
  const ranking = user === undefined
    ? (await store.nearestUsers([probe]))[0]!
    : rankUsers(probe, await store.templates(user));
  const found = identify(ranking, threshold, margin);
  return {
    accepted: found !== null,
    user: found,
    claimed: user ?? null,
    nearest: ranking[0]!,
    ranking,
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

import { FaceSignInError } from "../errors.ts";
import type { Photo } from "../image/photo.ts";
import type { AttemptLimits } from "../store/attempt_limits.ts";
import type { AuditLog } from "../store/audit_log.ts";
import type { EmbeddingStore } from "../store/embedding_store.ts";
import type { Recognizer } from "./recognizer.ts";
import {
  type Decision,
  type SignIn,
  signIn,
  type SignInOptions,
} from "./sign_in.ts";

/** What stands at the door besides the recognizer. */
export interface Guards {
  readonly audit: AuditLog;
  readonly attempts: AttemptLimits;
}

/**
 * Decides a sign-in as `signIn` does, writes the decision to the audit log, and refuses a claimed
 * user's sign-in for a while after too many failures. A photo that cannot be judged counts as no
 * attempt. Searching all users has no user whose attempts could be counted.
 *
 * @throws TooManyAttemptsError when the user must wait; what `signIn` throws; WriteError when the
 * log cannot be written: nobody gets in unrecorded.
 */
export async function guardedSignIn(
  guards: Guards,
  recognizer: Recognizer,
  store: EmbeddingStore,
  photo: Photo,
  options: SignInOptions,
): Promise<SignIn> {
  const { modelId } = recognizer;
  return await guarded(
    guards,
    { modelId, store, user: options.user },
    () => signIn(recognizer, store, photo, options),
  );
}

/** Who is at the door and where users are kept. */
export interface Attempt {
  readonly modelId: string;
  readonly store: EmbeddingStore;
  /** Who is claimed to be; undefined when all users are searched. */
  readonly user: string | undefined;
}

/** Puts audit log and attempt limits around any decision, as `guardedSignIn` does around a photo's. */
export async function guarded<D extends Decision>(
  guards: Guards,
  { modelId, store, user }: Attempt,
  decide: () => Promise<D>,
): Promise<D> {
  const claimed = user ?? null;
  const registered = user !== undefined && (await store.users()).includes(user);
  // Only registered names are counted: a file of made-up names would grow without end.
  const counted = registered ? user : undefined;
  if (counted !== undefined) await beginOrRefuse(guards, counted, modelId);
  let result: D;
  try {
    result = await decide();
  } catch (error) {
    const judged = !(error instanceof FaceSignInError);
    if (counted !== undefined && !judged) {
      await guards.attempts.undecided(counted);
    }
    throw error;
  }
  const { accepted, nearest: { distance }, threshold } = result;
  await guards.audit.append({
    event: "sign-in",
    decision: accepted ? "accepted" : "rejected",
    claimed,
    user: result.user,
    distance,
    threshold,
    modelId,
  });
  if (counted !== undefined && accepted) {
    await guards.attempts.succeeded(counted);
  }
  return result;
}

async function beginOrRefuse(
  { attempts, audit }: Guards,
  user: string,
  modelId: string,
): Promise<void> {
  try {
    await attempts.begin(user);
  } catch (error) {
    if (
      error instanceof FaceSignInError && error.kind === "too-many-attempts"
    ) {
      await audit.append({
        event: "sign-in",
        decision: "refused",
        claimed: user,
        user: null,
        distance: null,
        threshold: null,
        modelId,
      });
    }
    throw error;
  }
}

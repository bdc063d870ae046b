import { FaceSignInError, TooManyAttemptsError } from "../errors.ts";
import type { Photo } from "../image/photo.ts";
import type { AttemptLimits, AttemptSubject } from "../store/attempt_limits.ts";
import type { AuditLog } from "../store/audit_log.ts";
import type { EmbeddingStore } from "../store/embedding_store.ts";
import type { Recognizer } from "./recognizer.ts";
import { type SignIn, signIn, type SignInOptions } from "./sign_in.ts";

/** What stands at the door besides the recognizer. */
export interface Guards {
  readonly audit: AuditLog;
  readonly attempts: AttemptLimits;
}

/** What a guarded sign-in may be told besides. */
export interface GuardedSignInOptions extends SignInOptions {
  /**
   * Where the attempt comes from, at most 100 characters: a web client's address, say. Failures are
   * counted there too, so that all users cannot be searched with one face after another. Without it
   * only a claimed user's are: who stands at the machine itself can read its store anyway.
   */
  readonly door?: string | undefined;
}

/**
 * Decides a sign-in as `signIn` does, writes the decision to the audit log, and refuses to decide
 * for a while after too many failures: of a claimed user (1:1), and at a door if one is named (1:1
 * and 1:N). A photo that cannot be judged counts as no attempt.
 *
 * @throws TooManyAttemptsError when the user or the door must wait; what `signIn` throws;
 * WriteError when the log cannot be written: nobody gets in unrecorded.
 */
export async function guardedSignIn(
  guards: Guards,
  recognizer: Recognizer,
  store: EmbeddingStore,
  photo: Photo,
  { door, ...options }: GuardedSignInOptions,
): Promise<SignIn> {
  const { user } = options;
  const attempt = {
    event: "sign-in",
    claimed: user ?? null,
    modelId: recognizer.modelId,
    ...(door === undefined ? {} : { door }),
  } as const;
  const registered = user !== undefined && (await store.users()).includes(user);
  // Only registered names are counted: a list of made-up names would grow without end.
  const subjects: AttemptSubject[] = registered ? [user] : [];
  if (door !== undefined) subjects.push({ door });
  await beginAll(guards, subjects, () =>
    guards.audit.append({
      ...attempt,
      decision: "refused",
      user: null,
      distance: null,
      threshold: null,
    }));
  let result: SignIn;
  try {
    result = await signIn(recognizer, store, photo, options);
  } catch (error) {
    if (error instanceof FaceSignInError) {
      for (const each of subjects) await guards.attempts.undecided(each);
    }
    throw error;
  }
  const { accepted, nearest: { distance }, threshold } = result;
  await guards.audit.append({
    ...attempt,
    decision: accepted ? "accepted" : "rejected",
    user: result.user,
    distance,
    threshold,
  });
  if (accepted) {
    for (const each of subjects) await guards.attempts.succeeded(each);
  }
  return result;
}

/** Begins an attempt for all subjects, or for none when one of them must wait. */
async function beginAll(
  { attempts }: Guards,
  subjects: readonly AttemptSubject[],
  refused: () => Promise<unknown>,
): Promise<void> {
  const begun: AttemptSubject[] = [];
  try {
    for (const each of subjects) {
      await attempts.begin(each);
      begun.push(each);
    }
  } catch (error) {
    for (const each of begun) await attempts.undecided(each);
    if (error instanceof TooManyAttemptsError) await refused();
    throw error;
  }
}

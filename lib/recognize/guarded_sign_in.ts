import { FaceSignInError, TooManyAttemptsError } from "../errors.ts";
import type { Photo } from "../image/photo.ts";
import type { AttemptLimits, AttemptSubject } from "../store/attempt_limits.ts";
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

/** Who is at the door and where users are kept. */
export interface Attempt {
  readonly modelId: string;
  readonly store: EmbeddingStore;
  /** Who is claimed to be; undefined when all users are searched. */
  readonly user: string | undefined;
  /**
   * Where the attempt comes from: a web client's address, say. Failures are counted there too, so
   * that all users cannot be searched with one face after another. Without it only a claimed user's
   * are: who stands at the machine itself can read its store anyway.
   */
  readonly door?: string | undefined;
}

/** What a guarded sign-in may be told. */
export type GuardedSignInOptions = SignInOptions & Pick<Attempt, "door">;

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
  const { modelId } = recognizer;
  return await guarded(
    guards,
    { modelId, store, user: options.user, door },
    () => signIn(recognizer, store, photo, options),
  );
}

/** Puts audit log and attempt limits around any decision, as `guardedSignIn` does around a photo's. */
export async function guarded<D extends Decision>(
  { audit, attempts }: Guards,
  { door, ...rest }: Attempt,
  decide: () => Promise<D>,
): Promise<D> {
  // What a client sends must not fill the log.
  const attempt = { ...rest, door: door?.slice(0, 100) };
  const event = eventOf(attempt);
  const subjects = await subjectsOf(attempt);
  await beginAll(attempts, subjects, async () => {
    const nothing = { user: null, distance: null, threshold: null };
    await audit.append({ ...event, decision: "refused", ...nothing });
  });
  let result: D;
  try {
    result = await decide();
  } catch (error) {
    if (error instanceof FaceSignInError) {
      for (const each of subjects) await attempts.undecided(each);
    }
    throw error;
  }
  const { accepted, user, nearest: { distance }, threshold } = result;
  const decision = accepted ? "accepted" : "rejected";
  await audit.append({ ...event, decision, user, distance, threshold });
  if (accepted) {
    for (const each of subjects) await attempts.succeeded(each);
  }
  return result;
}

function eventOf({ user, modelId, door }: Attempt) {
  const from = door === undefined ? {} : { door };
  const claimed = user ?? null;
  return { event: "sign-in", claimed, modelId, ...from } as const;
}

/** Whose failures are counted. Only registered names: a list of made-up ones would grow without end. */
async function subjectsOf(
  { user, store, door }: Attempt,
): Promise<AttemptSubject[]> {
  const registered = user !== undefined && (await store.users()).includes(user);
  return [
    ...(registered ? [user] : []),
    ...(door === undefined ? [] : [{ door }]),
  ];
}

/** Begins an attempt for all subjects, or for none when one of them must wait. */
async function beginAll(
  attempts: AttemptLimits,
  subjects: readonly AttemptSubject[],
  onRefused: () => Promise<void>,
): Promise<void> {
  const begun: AttemptSubject[] = [];
  try {
    for (const each of subjects) {
      await attempts.begin(each);
      begun.push(each);
    }
  } catch (error) {
    for (const each of begun) await attempts.undecided(each);
    if (error instanceof TooManyAttemptsError) await onRefused();
    throw error;
  }
}

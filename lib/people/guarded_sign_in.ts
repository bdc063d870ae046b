import { FaceSignInError, TooManyAttemptsError } from "../errors.ts";
import type { Photo } from "../image/photo.ts";
import type {
  AttemptLimits,
  AttemptSubject,
} from "../store/limits/attempt_limits.ts";
import type { AuditLog } from "../store/audit/audit_log.ts";
import type { EmbeddingStore } from "../store/embedding_store.ts";
import type { Recognizer } from "../recognize/recognizer.ts";
import {
  type Decision,
  type SignIn,
  signIn,
  type SignInOptions,
} from "./sign_in.ts";

/** What stands at the door besides the recognizer. */
export interface Guards {
  /** null for a store without a log. */
  readonly audit: AuditLog | null;
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
  /** Counts attempts on names that nobody has, too, so that having to wait tells nothing about a name. */
  readonly countUnknown?: boolean;
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
  guards: Guards,
  attempt: Attempt,
  decide: () => Promise<D>,
): Promise<D> {
  await beginAttempt(guards, attempt);
  return await concludeAttempt(guards, attempt, decide);
}

/**
 * Counts an attempt as failed until it succeeds: what is begun and never concluded was a failure.
 *
 * @throws TooManyAttemptsError when the user or the door must wait; the audit log has it then.
 */
export async function beginAttempt(
  { audit, attempts }: Guards,
  attempt: Attempt,
): Promise<void> {
  const begun: AttemptSubject[] = [];
  try {
    for (const each of await subjectsOf(attempt)) {
      await attempts.begin(each);
      begun.push(each);
    }
  } catch (error) {
    for (const each of begun) await attempts.undecided(each);
    if (error instanceof TooManyAttemptsError) {
      await recordRefusal({ audit }, attempt, error.kind);
    }
    throw error;
  }
}

/** Decides an attempt that was begun, and writes the decision to the audit log. */
export async function concludeAttempt<D extends Decision>(
  { audit, attempts }: Guards,
  attempt: Attempt,
  decide: () => Promise<D>,
): Promise<D> {
  const subjects = await subjectsOf(attempt);
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
  await audit?.append({
    ...eventOf(attempt),
    decision,
    user,
    distance,
    threshold,
  });
  if (accepted) {
    for (const each of subjects) await attempts.succeeded(each);
  }
  return result;
}

/** Writes to the audit log that an attempt ended before anything was compared. @param reason a stable name */
export async function recordRefusal(
  { audit }: Pick<Guards, "audit">,
  attempt: Attempt,
  reason: string,
): Promise<void> {
  const nothing = { user: null, distance: null, threshold: null };
  await audit?.append({
    ...eventOf(attempt),
    decision: "refused",
    ...nothing,
    reason,
  });
}

function eventOf({ user, modelId, door }: Attempt) {
  const from = door === undefined ? {} : { door: shortened(door) };
  const claimed = user ?? null;
  return { event: "sign-in", claimed, modelId, ...from } as const;
}

/** Whose failures are counted: on a command line registered names only, as a list of made-up ones would only grow. */
async function subjectsOf(
  { user, store, door, countUnknown = false }: Attempt,
): Promise<AttemptSubject[]> {
  const counted = user !== undefined &&
    (countUnknown || (await store.users()).includes(user));
  return [
    ...(counted ? [user] : []),
    ...(door === undefined ? [] : [{ door: shortened(door) }]),
  ];
}

/** What a client sends must not fill the log. */
function shortened(door: string): string {
  return door.slice(0, 100);
}

import { FaceSignInError, TooManyAttemptsError } from "../errors.ts";
import type { Match } from "../match/gallery.ts";
import { identify, rankUsers } from "../match/identify.ts";
import type { AuditEvent } from "../store/audit/audit_event.ts";
import type { EmbeddingStore } from "../store/embedding_store.ts";
import type { AttemptSubject } from "../store/limits/attempt_limits.ts";
import { notRegistered } from "./names.ts";

/** The decision on one embedding. */
export interface Decision {
  /** Whether somebody signed in. */
  readonly accepted: boolean;
  /** Who signed in; null when nobody did. */
  readonly user: string | null;
  /** Who was claimed to be in the photo; null when all users were searched. */
  readonly claimed: string | null;
  /** Nearest template among those compared; null when the claimed user has none. */
  readonly nearest: Match | null;
  /** Nearest template of the nearest user and of the runner-up; of the claimed user only when one was. */
  readonly ranking: readonly Match[];
  /** Distance under which a face is accepted. */
  readonly threshold: number;
}

/** What a sign-in is held against. */
export interface AttemptOptions {
  /** Verify this user only (1:1); otherwise all users are searched (1:N). */
  readonly user?: string | undefined;
  /** A face must lie closer than this. */
  readonly threshold: number;
  /** When all users are searched: how much further away the runner-up must be. */
  readonly margin?: number | undefined;
  /**
   * Address of the client that the attempt comes from, for a server. A claimed user's failures are
   * counted for this client alone, so that nobody locks another out; all of the client's are, too,
   * so that all users cannot be searched with one face after another. A name that nobody has is
   * rejected and counted like any other, so that nothing tells who is registered. Without it only a
   * claimed user's failures are counted: who stands at the machine itself can read its store anyway.
   */
  readonly client?: string | undefined;
}

/** How long a client waits for users to be loaded before it is told to come again, ms. */
export const mostLoadingMs = 2000;

/** A sign-in that was begun; one of its methods ends it. */
export interface Attempt {
  /**
   * Decides on a face, made by the store's model; the decision is in the audit log before it is told.
   *
   * @throws WriteError when the log cannot be written: nobody gets in unrecorded.
   */
  decide(probe: Float32Array): Promise<Decision>;
  /** Ends it before anything was compared; it counts as failed. @param reason a stable name for the audit log */
  refuse(reason: string): Promise<void>;
  /** Ends it without counting it: the photo could not be judged. */
  withdraw(): Promise<void>;
}

/**
 * Begins a sign-in. It counts as failed until it succeeds, so that many at once cannot slip through
 * together, and what is begun and never ended was a failure.
 *
 * @throws NothingRegisteredError when nobody is registered, or not the claimed user.
 * @throws TooManyAttemptsError when the user or the client must wait; the audit log has it then.
 */
export async function beginAttempt(
  store: EmbeddingStore,
  { user, threshold, margin = 0, client }: AttemptOptions,
): Promise<Attempt> {
  const { audit, attempts, model: { modelId } } = store;
  const known = user === undefined || await store.hasUser(user);
  if (!await store.hasUsers() || (!known && client === undefined)) {
    throw notRegistered(user, await store.users());
  }
  // Told before anything is shown and counted; who stands at the machine waits for the search itself.
  if (user === undefined && client !== undefined) {
    await store.prepareSearch(mostLoadingMs);
  }
  // What a client sends must not fill the log.
  const from = client === undefined ? {} : { client: client.slice(0, 100) };
  const ofClient: AttemptSubject[] = client === undefined ? [] : [{ client }];
  const ofClaim: AttemptSubject[] = user === undefined
    ? []
    : [client === undefined ? user : { user, client }];
  const subjects = [...ofClaim, ...ofClient];
  const record = async (
    outcome: Pick<
      AuditEvent & { event: "sign-in" },
      "decision" | "user" | "distance" | "threshold" | "reason"
    >,
  ) => {
    const claimed = user ?? null;
    await audit?.append({
      event: "sign-in",
      claimed,
      modelId,
      ...from,
      ...outcome,
    });
  };
  const attempt: Attempt = {
    async decide(probe) {
      let ranking: readonly Match[];
      try {
        ranking = user === undefined
          ? (await store.nearestUsers([probe]))[0]!
          : rankUsers(probe, await store.templates(user));
      } catch (error) {
        if (error instanceof FaceSignInError) await this.withdraw();
        throw error;
      }
      const found = identify(ranking, threshold, margin);
      const nearest = ranking[0] ?? null;
      const accepted = found !== null;
      await record({
        decision: accepted ? "accepted" : "rejected",
        user: found,
        distance: nearest?.distance ?? null,
        threshold,
      });
      if (accepted) {
        // What was tried under other names from the same address still counts.
        let own = 1;
        for (const claim of ofClaim) own = await attempts.succeeded(claim);
        for (const from of ofClient) await attempts.takeBack(from, own);
      }
      const claimed = user ?? null;
      return { accepted, user: found, claimed, nearest, ranking, threshold };
    },
    async refuse(reason) {
      const nothing = { user: null, distance: null, threshold: null };
      await record({ decision: "refused", ...nothing, reason });
    },
    async withdraw() {
      for (const subject of subjects) await attempts.takeBack(subject);
    },
  };
  await beginAll(store, subjects, attempt);
  return attempt;
}

/** Counts the attempt for all its subjects, or for none. */
async function beginAll(
  { attempts }: EmbeddingStore,
  subjects: readonly AttemptSubject[],
  attempt: Attempt,
): Promise<void> {
  const begun: AttemptSubject[] = [];
  try {
    for (const subject of subjects) {
      await attempts.begin(subject);
      begun.push(subject);
    }
  } catch (error) {
    for (const subject of begun) await attempts.takeBack(subject);
    if (error instanceof TooManyAttemptsError) await attempt.refuse(error.kind);
    throw error;
  }
}

import type { AttemptLimits } from "./limits/attempt_limits.ts";
import type { AuditLog } from "./audit/audit_log.ts";
import type { EmbeddingStore } from "./embedding_store.ts";

/** A store and what is kept beside it: in files for a JSON store, in the same database otherwise. */
export interface Records {
  readonly store: EmbeddingStore;
  /** Holds every change of the store, written with the change. */
  readonly audit: AuditLog;
  readonly attempts: AttemptLimits;
}

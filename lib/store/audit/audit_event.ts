import type { Template } from "../../match/gallery.ts";
import type { PutOutcome } from "../embedding_store.ts";

/**
 * Something that happened to users or at a sign-in. Never an embedding, never a photo's content. Users
 * are named here; a line of the log has their numbers.
 */
export type AuditEvent =
  | {
    readonly event: "register";
    readonly user: string;
    readonly modelId: string;
    /** How many photos were added and replaced. */
    readonly added: number;
    readonly replaced: number;
  }
  | {
    readonly event: "remove";
    readonly user: string;
    readonly templates: number;
  }
  | {
    readonly event: "rename";
    /** The new name. */
    readonly user: string;
    readonly templates: number;
  }
  | {
    readonly event: "reseal";
    /** Key ids; null means not sealed. */
    readonly from: string | null;
    readonly to: string | null;
    readonly templates: number;
  }
  | {
    /** All templates were made again with another model. */
    readonly event: "reembed";
    readonly modelId: string;
    readonly templates: number;
  }
  | {
    readonly event: "sign-in";
    readonly decision: "accepted" | "rejected" | "refused";
    readonly claimed: string | null;
    /** Who was let in, null when nobody was. */
    readonly user: string | null;
    /** Of the nearest template; null when nothing was compared. */
    readonly distance: number | null;
    readonly threshold: number | null;
    readonly modelId: string;
    /** Address of the client that the attempt came from; omitted at the machine itself. */
    readonly client?: string;
    /** Why it was refused before anything was compared: too many attempts, or what liveness found. */
    readonly reason?: string;
  };

/**
 * A line of the log: the event, its place and time, and the hash of the line before it. In place of a
 * user's number it has the name that the user has today.
 */
export type AuditEntry = AuditEvent & {
  /** Counts from 1. */
  readonly n: number;
  /** ISO 8601 in UTC. */
  readonly time: string;
  /** SHA-256 of the line before, without its line end; 64 zeros in the first line. */
  readonly previous: string;
};

/** What a `put` did, one event per user of whom something changed. */
export function registerEvents(
  modelId: string,
  templates: readonly Pick<Template, "user">[],
  outcomes: readonly PutOutcome[],
): AuditEvent[] {
  const counts = new Map<string, { added: number; replaced: number }>();
  for (const [i, { user }] of templates.entries()) {
    const outcome = outcomes[i]!;
    if (outcome === "unchanged") continue;
    const count = counts.get(user) ?? { added: 0, replaced: 0 };
    count[outcome]++;
    counts.set(user, count);
  }
  return [...counts].map(([user, count]) => ({
    event: "register",
    user,
    modelId,
    ...count,
  }));
}

import type { Match, Template } from "../match/gallery.ts";
import type { AuditLog } from "./audit/audit_log.ts";
import type { Calibration } from "./calibration.ts";
import type { AttemptLimits } from "./limits/attempt_limits.ts";
import type { StoreKey } from "./seal/store_key.ts";

/** Which model's embeddings a store holds; it refuses any other. */
export interface StoreModel {
  /** Names network and chip making, as a recognizer's. */
  readonly modelId: string;
  /** How many numbers an embedding has. */
  readonly dimensions: number;
}

/** What registering one template did. */
export type PutOutcome = "added" | "unchanged" | "replaced";

/** A page of a list of users. */
export interface UserPage {
  /** How many users there are on all pages. */
  readonly total: number;
  readonly users: readonly {
    readonly name: string;
    /** How many there are. */
    readonly templates: number;
    /** When the first one was made, ISO 8601 in UTC. */
    readonly registeredAt: string;
  }[];
}

/** Which users a list shows. */
export interface UserQuery {
  /** Part of the name, in any case; empty shows all. */
  readonly search?: string | undefined;
  readonly offset: number;
  readonly limit: number;
}

/** How a store is sealed anew. */
export interface ResealOptions {
  readonly beforeDone?: () => Promise<void>;
  readonly accept?: boolean;
}

/** A template to keep, with its chip as PNG bytes where there is one. */
export type StoreEntry = Template & { readonly chip?: Uint8Array };

/**
 * Keeps templates and their chips, and what belongs to them: the audit log, the counts of failed
 * sign-ins and the calibration. One shared suite of cases in tests/store runs against every
 * implementation.
 */
export interface EmbeddingStore {
  /** The model of its templates. */
  readonly model: StoreModel;
  /** What messages call it; never with a password. */
  readonly name: string;
  /** What whoever opened it should be told: that a key was made, or that it is not sealed; mostly null. */
  readonly notice: string | null;
  /**
   * Holds every change of the store, written with the change; null for a JSON store, which has none.
   * @internal
   */
  readonly audit: AuditLog | null;
  /**
   * Counts failed sign-ins; those of a JSON store end with the process.
   * @internal
   */
  readonly attempts: AttemptLimits;
  /** Names of all users who have a template, sorted. */
  users(): Promise<string[]>;
  /** Whether anybody has a template. */
  hasUsers(): Promise<boolean>;
  /** Whether somebody of this name has a template. */
  hasUser(name: string): Promise<boolean>;
  /**
   * Users whose name a person would take for this one, sorted; one of this very name is among them.
   * @internal
   */
  lookAlikes(name: string): Promise<string[]>;
  /**
   * Users by name, a page at a time, and how many there are in all.
   * @internal
   */
  listUsers(query: UserQuery): Promise<UserPage>;
  /** All templates, or one user's, in the order they were added. */
  templates(user?: string): Promise<Template[]>;
  /**
   * All templates in that order, as many at once as memory bears.
   * @internal
   */
  batches(): AsyncIterable<Template[]>;
  /**
   * Keeps templates, all or none, and their chips. The same user, photo name and hash again changes
   * nothing; the same user and photo name with another hash replaces.
   *
   * @returns what became of each, in order
   * @throws StoreModelError when a vector does not fit the model.
   * @internal
   */
  put(entries: readonly StoreEntry[]): Promise<PutOutcome[]>;
  /**
   * `put` of what comes in batches: all of them, or none.
   * @internal
   */
  putAll(batches: AsyncIterable<readonly StoreEntry[]>): Promise<void>;
  /** Another text after every change of templates, whoever made it. */
  revision(): Promise<string>;
  /**
   * `put` if nothing has changed since a revision, so that what was decided by then still holds: that
   * a name is new, that a face is nobody else's. Null, and nothing is kept, if something has.
   * @internal
   */
  putIfUnchanged(
    entries: readonly StoreEntry[],
    revision: string,
  ): Promise<PutOutcome[] | null>;
  /** PNG bytes of one template's chip; null when none is kept. */
  chip(user: string, photo: string): Promise<Uint8Array<ArrayBuffer> | null>;
  /** Removes one template and its chip. @returns whether it was there */
  removePhoto(user: string, photo: string): Promise<boolean>;
  /** Removes all of a user's templates and chips. @returns how many templates there were */
  remove(user: string): Promise<number>;
  /**
   * Gives all of a user's templates and chips to another name.
   *
   * @returns how many templates there were
   * @throws UsageError when the new name, or one that is taken for it, is another user's.
   */
  rename(user: string, newName: string): Promise<number>;
  /**
   * Writes every template again under another key, or unsealed for null; all or none.
   *
   * @param options `beforeDone` is called when nothing is left but to keep it: another key must be kept
   * first. `accept`: what somebody without the key has changed counts from then on, where it opens
   * @returns how many there are
   * @throws SettingError on a JSON store, which is never sealed.
   * @internal
   */
  reseal(
    key: StoreKey | null,
    options?: ResealOptions,
  ): Promise<number>;
  /**
   * Puts another model's templates in the place of all that are held, all or none. An entry without
   * a chip keeps the chip there is. The store must be opened anew, with that model, afterwards.
   * @internal
   */
  replaceAll(model: StoreModel, entries: readonly StoreEntry[]): Promise<void>;
  /**
   * For each probe the nearest template of the nearest user and of the second nearest: none, one or
   * two matches, found by an exact search. What other processes changed counts.
   */
  nearestUsers(probes: readonly Float32Array[]): Promise<Match[][]>;
  /**
   * Loads what `nearestUsers` searches, which a server does at its start; at once where it is loaded.
   *
   * @param waitMs how long to wait at most, ms; as long as it takes unless told
   * @throws StoreBusyError when it takes longer, which says how much is loaded
   * @internal
   */
  prepareSearch(waitMs?: number): Promise<void>;
  /**
   * How much of what a search needs is loaded, 0 to 1.
   * @internal
   */
  searchLoaded(): Promise<number>;
  /**
   * The threshold chosen for this store; null when none was. @throws StoreDamagedError
   * @internal
   */
  calibration(): Promise<Calibration | null>;
  /**
   * Keeps a threshold chosen for this store; null forgets it. @throws WriteError
   * @internal
   */
  keepCalibration(calibration: Calibration | null): Promise<void>;
  /**
   * Reads and writes without changing anything.
   *
   * @throws WriteError when the disk is full or read-only, and what reading throws
   */
  check(): Promise<void>;
  /** Frees what it holds; nothing may be asked of it afterwards. */
  close(): Promise<void>;
}
